"""An agency's earlier assessment, read as what the present one may start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import CLOSED, Answer, AnswerEvidence, Assessment, Decision, State
from sipinter.assessment.record.queries.cycles import earlier_rounds
from sipinter.foundation.evidence.library.validity import Validity, validity_on
from sipinter.foundation.evidence.library.versions import newest_versions
from sipinter.foundation.evidence.models import Evidence
from sipinter.rules.indicator_map import IndicatorMap, find_indicator_map
from sipinter.rules.instrument_diff import CarryOverProposal, carry_over_proposals, carry_over_ticks
from sipinter.rules.model import Instrument

NEVER_SENT = (State.FILLING, State.IN_REVIEW, State.REVIEWED)
OUT = (Validity.EXPIRED, Validity.FUTURE)


@dataclass(frozen=True)
class EarlierDocument:
    """A document of the earlier answer: `evidence` its newest version, and how that stands today."""

    evidence: Evidence
    standing: Validity
    is_newer: bool

    @property
    def is_fit(self) -> bool:
        """Whether it goes along: not expired, begun, neither refused nor with a virus."""
        blob = self.evidence.blob
        return self.standing not in OUT and not (blob and blob.is_locked)


@dataclass(frozen=True)
class EarlierAssessment:
    """The earlier assessment with its answers, the levels that held in the end, and its documents."""

    assessment: Assessment
    instrument: Instrument
    answers: Mapping[str, Answer]
    levels: Mapping[str, int | None]
    documents: Mapping[str, tuple[EarlierDocument, ...]]

    @property
    def is_decided(self) -> bool:
        """Whether verified and decided levels were handed to the agency."""
        return self.assessment.state in CLOSED


def earlier_assessments(assessment: Assessment) -> list[Assessment]:
    """Assessments of the same agency in earlier rounds that have ended, the likeliest first (one query).

    Ended: decided, or its dates have passed. The latest round comes first; within it the same instrument,
    then what was decided.
    """
    cycle, today = assessment.cycle, assessment.agency.today()
    late = Q(state__in=NEVER_SENT, cycle__filling_closes__lt=today)
    over = Q(cycle__objection_closes__lt=today) & ~Q(state=State.PREPARING)
    rows = Assessment.objects.filter(
        earlier_rounds(cycle), Q(state__in=CLOSED) | late | over, agency=assessment.agency_id
    )
    return sorted(
        rows.select_related("cycle", "agency"),
        key=lambda row: (
            -row.cycle.year,
            -row.cycle.round,
            row.cycle.instrument_id != cycle.instrument_id,
            row.state not in CLOSED,
        ),
    )


def read_earlier_assessment(earlier: Assessment, *, horizon: date) -> EarlierAssessment:
    """Read an earlier assessment (five queries); `horizon` is until when its documents are wanted."""
    answers = {answer.code: answer for answer in earlier.answers.all()}
    for answer in answers.values():
        answer.assessment = earlier
    rows = list(
        AnswerEvidence.objects.filter(answer__assessment=earlier).values_list("answer__code", "evidence_id")
    )
    newest = newest_versions(earlier.agency_id, {pk for _code, pk in rows})
    today = earlier.agency.today()
    documents: dict[str, dict[int, EarlierDocument]] = {}
    for code, pk in rows:
        found = newest[pk]
        stands = validity_on(found.valid_from, found.valid_until, today=today, horizon=horizon)
        documents.setdefault(code, {}).setdefault(found.pk, EarlierDocument(found, stands, found.pk != pk))
    return EarlierAssessment(
        assessment=earlier,
        instrument=instrument_of(earlier.cycle),
        answers=answers,
        levels=_levels(earlier, answers),
        documents={code: tuple(kept.values()) for code, kept in documents.items()},
    )


def _levels(earlier: Assessment, answers: Mapping[str, Answer]) -> Mapping[str, int | None]:
    """The levels of the decision that holds; what was claimed where none was made."""
    if earlier.state in CLOSED:
        holding = Decision.objects.filter(assessment=earlier, superseded_by=None)
        decided: Mapping[str, int | None] | None = holding.values_list("snapshot__levels", flat=True).first()
        if decided:
            return decided
    return {code: answer.claimed_level for code, answer in answers.items()}


def earlier_indicator_map(past: EarlierAssessment, assessment: Assessment) -> IndicatorMap | None:
    """The mapping table that leads from the earlier instrument to this one; None within one instrument."""
    return find_indicator_map(past.instrument.id, assessment.cycle.instrument_id)


def proposals_by_code(past: EarlierAssessment, assessment: Assessment) -> Mapping[str, CarryOverProposal]:
    """Where every indicator of the assessment may start from, by code."""
    found = carry_over_proposals(
        past.instrument, instrument_of(assessment.cycle), earlier_indicator_map(past, assessment)
    )
    return {one.code: one for one in found}


def proposed_ticks(
    past: EarlierAssessment, assessment: Assessment, proposal: CarryOverProposal
) -> tuple[int, ...]:
    """Criteria that may stay ticked; none between instruments, whose scales are not the same."""
    if not proposal.same_scale or not proposal.sources:
        return ()
    code = proposal.sources[0]
    after = instrument_of(assessment.cycle).indicators[proposal.code]
    return carry_over_ticks(past.instrument.indicators[code], after, past.levels.get(code))


def proposed_note(past: EarlierAssessment, proposal: CarryOverProposal) -> str:
    """The note to start from; notes of several sources one under the other, each under what it was about."""
    notes = {code: past.answers[code].note for code in proposal.sources if code in past.answers}
    notes = {code: note for code, note in notes.items() if note}
    if proposal.same_scale:
        return next(iter(notes.values()), "")
    year = past.assessment.cycle.year
    return "\n\n".join(f"[{year}: {code} {_title(past, code)}]\n{note}" for code, note in notes.items())


def proposed_documents(past: EarlierAssessment, proposal: CarryOverProposal) -> tuple[EarlierDocument, ...]:
    """The documents of all sources, each once."""
    found = {kept.evidence.pk: kept for code in proposal.sources for kept in past.documents.get(code, ())}
    return tuple(found.values())


def _title(past: EarlierAssessment, code: str) -> str:
    indicator = past.instrument.indicators.get(code)
    return str(indicator.title) if indicator else ""
