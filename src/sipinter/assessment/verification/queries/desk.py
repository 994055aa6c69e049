"""What the verification desk reads: one assessment with every indicator's standing, and one indicator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db import models

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import (
    AT_THE_SUPERVISOR,
    CLOSED,
    Answer,
    AnswerEvidence,
    Assessment,
    Message,
    Snapshot,
    State,
    Verdict,
    not_tied,
    without_blind_readings,
)
from sipinter.assessment.record.queries.cycles import earlier_rounds
from sipinter.assessment.record.queries.decisions import decided_levels
from sipinter.assessment.record.queries.history import OF_THE_VERIFIER
from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.assessment.record.queries.sent_answers import (
    hide_verdicts,
    restore_sent_answers,
    sent_attachments,
    sent_events,
)
from sipinter.assessment.record.scores import JUDGED, Layer, answered_gates, assessment_scorecard
from sipinter.assessment.record.workflow import repair_due
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import may
from sipinter.foundation.access.roles import OVERSIGHT_ROLES, Role
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import target_of
from sipinter.foundation.evidence.queries import EvidenceItem
from sipinter.foundation.evidence.texts.queries import text_progress
from sipinter.rules import scoring
from sipinter.rules.model import Aspect, Indicator, Instrument
from sipinter.rules.scoring import Scorecard

EVENTS_SHOWN = 30


class SubmittedQuerySet(models.QuerySet[Assessment]):
    """Assessments as the supervisor sees them: only what an agency has submitted."""

    def visible_to(self, actor: Actor) -> "SubmittedQuerySet":
        """All that was submitted for the desk's roles; its own region's for a regional office.

        An agency's own people see nothing here: their page is the workspace. Whoever still has to read
        part of an assessment blind sees nothing else of it, and who is tied to an agency nothing of it.
        """
        if actor.is_system:
            return self
        sent = self.filter(not_tied(actor), state__in=AT_THE_SUPERVISOR)
        submitted = without_blind_readings(sent, actor)
        if actor.has(*OVERSIGHT_ROLES):
            return submitted
        offices = actor.regional_offices
        return submitted.filter(agency__regional_office__in=offices) if offices else self.none()


def submitted_assessments() -> SubmittedQuerySet:
    """Assessments with agency, cycle, verifier, and whether the agency has answered a clarification."""
    answered = Snapshot.objects.filter(assessment=models.OuterRef("pk"), stage=Snapshot.Stage.REPAIRED)
    rows = SubmittedQuerySet(Assessment).select_related("agency", "cycle", "verifier")
    return rows.annotate(repaired=models.Exists(answered))


def has_desk_access(actor: Actor) -> bool:
    """Whether the desk and the queue are anything for this person at all."""
    return actor.is_system or actor.has(*OVERSIGHT_ROLES, Role.REGIONAL_OFFICE)


def is_tied_to_assessed(actor: Actor, pk: int) -> bool:
    """Whether the actor would read the assessment `pk` at the desk, were it not an agency of their own."""
    if not actor.ties:
        return False
    found = submitted_assessments().visible_to(actor.without_ties()).filter(pk=pk).first()
    return found is not None and actor.is_tied_to(found.agency_id, found.cycle.filling_opens)


class DeskStanding(StrEnum):
    """Where one indicator stands on the desk."""

    TODO = "todo"
    REPAIRED = "repaired"
    ASKED = "asked"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    AWAY = "away"
    HIDDEN = "hidden"


LEFT = (DeskStanding.TODO, DeskStanding.REPAIRED)
_BY_VERDICT = {
    Verdict.NONE: DeskStanding.TODO,
    Verdict.REPAIRED: DeskStanding.REPAIRED,
    Verdict.ASK: DeskStanding.ASKED,
    Verdict.ACCEPT: DeskStanding.ACCEPTED,
    Verdict.CHANGE: DeskStanding.CHANGED,
}


@dataclass(frozen=True)
class DeskLine:
    """One indicator with its answer."""

    indicator: Indicator
    answer: Answer
    standing: DeskStanding

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def is_left(self) -> bool:
        """Still to be judged by the verifier (asked back waits for the agency, not for a verdict)."""
        return self.standing in LEFT

    @property
    def verified(self) -> int | None:
        """The verifier's level, None while there is no verdict."""
        return self.answer.verified_level if self.answer.verdict in JUDGED else None

    @property
    def lowered(self) -> bool:
        """The verifier changed the level downwards."""
        return self.standing is DeskStanding.CHANGED and (self.verified or 0) < (
            self.answer.claimed_level or 0
        )


@dataclass(frozen=True)
class AspectComparison:
    """One aspect's points as claimed and as verified so far."""

    aspect: Aspect
    claimed: Decimal
    verified: Decimal
    max: Decimal

    @property
    def difference(self) -> Decimal:
        return self.verified - self.claimed


class Desk:
    """One assessment on the desk: its lines by aspect and both scorecards.

    `hidden`: why its verdicts are kept from whoever reads it, empty where they are shown.
    """

    def __init__(
        self, assessment: Assessment, answers: list[Answer], gates: dict[str, str], hidden: str = ""
    ) -> None:
        self.assessment, self.hidden = assessment, hidden
        self.instrument: Instrument = instrument_of(assessment.cycle)
        self.gates = gates
        self._answers = answers
        counting = scoring.applicable_indicators(self.instrument, gates)
        found = {answer.code: answer for answer in answers}
        self.lines = [
            DeskLine(indicator, found[code], self._standing(found[code], code in counting))
            for code, indicator in self.instrument.indicators.items()
            if code in found
        ]

    def _standing(self, answer: Answer, counts: bool) -> DeskStanding:
        if not counts:
            return DeskStanding.AWAY
        return DeskStanding.HIDDEN if self.hidden else _BY_VERDICT[Verdict(answer.verdict)]

    def frame(self, actor: Actor) -> AssessmentFrame:
        """The same rows as the workspace's pages take them (no query)."""
        answers = {answer.code: answer for answer in self._answers}
        return AssessmentFrame(self.assessment, self.instrument, answers, self.gates, {}, actor)

    @cached_property
    def waiting_files(self) -> int:
        """Files of the assessment that no worker has opened yet (one query)."""
        return AnswerEvidence.objects.filter(answer__assessment=self.assessment).waiting_files()

    @cached_property
    def claimed(self) -> Scorecard:
        return assessment_scorecard(self.assessment, Layer.CLAIMED, self._answers, self.gates)

    @cached_property
    def verified(self) -> Scorecard:
        """What is not judged yet counts as claimed."""
        return assessment_scorecard(self.assessment, Layer.VERIFIED, self._answers, self.gates)

    @cached_property
    def bounds(self) -> list[Decimal]:
        """Where the categories begin on the score, for the bars; empty where the index decides."""
        return self.instrument.score_bounds

    def groups(self) -> Iterator[tuple[Aspect, list[DeskLine]]]:
        """Aspects with their lines, in the instrument's order."""
        for aspect in self.instrument.aspects:
            lines = [line for line in self.lines if line.indicator.aspect == aspect.code]
            if lines:
                yield aspect, lines

    def aspects(self) -> list[AspectComparison]:
        """Points of each aspect as claimed and verified."""
        pairs = zip(self.claimed.aspects, self.verified.aspects, strict=True)
        return [
            AspectComparison(self.instrument.aspect(c.code), c.score, v.score, v.max)
            for c, v in pairs
            if v.percent is not None
        ]

    def having(self, *standings: DeskStanding) -> list[DeskLine]:
        """The lines in one of `standings`."""
        return [line for line in self.lines if line.standing in standings]

    @property
    def left(self) -> list[DeskLine]:
        """Lines still to be judged."""
        return self.having(*LEFT)

    @property
    def answers(self) -> list[Answer]:
        """The rows behind the lines, as this reader sees them."""
        return self._answers

    @property
    def open_codes(self) -> list[str]:
        """Indicators without a final verdict: verification cannot be finished while there are any."""
        return [line.code for line in self.having(*LEFT, DeskStanding.ASKED)]

    @property
    def judged_count(self) -> int:
        return len(self.having(DeskStanding.ACCEPTED, DeskStanding.CHANGED))

    @property
    def applicable_count(self) -> int:
        return len(self.lines) - len(self.having(DeskStanding.AWAY))

    def line(self, code: str) -> DeskLine | None:
        """The line of `code`, None when the instrument has no such indicator."""
        return next((line for line in self.lines if line.code == code), None)

    def neighbours(self, code: str) -> tuple[DeskLine | None, DeskLine | None]:
        """The applicable lines before and after `code`."""
        order = [line for line in self.lines if line.standing is not DeskStanding.AWAY or line.code == code]
        at = next(i for i, line in enumerate(order) if line.code == code)
        return (order[at - 1] if at else None), (order[at + 1] if at + 1 < len(order) else None)

    def next_left(self, after: str = "") -> DeskLine | None:
        """The next line to judge after `after`, beginning again at the top; None when all are judged."""
        at = next((i for i, line in enumerate(self.lines) if line.code == after), -1)
        around = self.lines[at + 1 :] + self.lines[: at + 1]
        return next((line for line in around if line.is_left and line.code != after), None)


def get_desk(assessment: Assessment, actor: Actor) -> Desk:
    """The desk of an assessment read with cycle and agency, as `actor` may see it (two queries).

    Repairs under way show once they are sent (one query more while they are). Verdicts are taken out for whom
    they are hidden.
    """
    answers = list(assessment.answers.select_related("verified_by"))
    restore_sent_answers(assessment, answers)
    for answer in answers:
        answer.assessment = assessment
    hidden = may(actor, "verdict.read", assessment).reason
    if hidden:
        hide_verdicts(answers)
    return Desk(assessment, answers, answered_gates(assessment), hidden)


@dataclass(frozen=True)
class DeskEvidence:
    """Evidence beside an indicator, and the other indicators of the assessment that use it."""

    document: EvidenceItem
    also_at: tuple[str, ...]

    @property
    def reading(self) -> str:
        """How far its text is read, while it is not."""
        progress = text_progress(self.document.evidence.blob)
        return progress.sentence if progress else ""


@dataclass(frozen=True)
class DeskIndicator:
    """What stands beside one indicator on the desk."""

    evidence: list[DeskEvidence]
    messages: list[Message]
    last_year: Answer | None
    events: list[Event]


def get_desk_indicator(desk: Desk, answer: Answer) -> DeskIndicator:
    """Evidence, thread, last round's verdict and history of one indicator (five queries).

    Thread and history are the verifier's words: empty where these are hidden.
    """
    assessment = desk.assessment
    if desk.hidden:
        return DeskIndicator(submitted_evidence(answer), [], last_verdict(assessment, answer.code), [])
    return DeskIndicator(
        evidence=submitted_evidence(answer),
        messages=list(answer.messages.all()),
        last_year=last_verdict(assessment, answer.code),
        events=list(sent_events(events_about([target_of(answer)]), answer)[:EVENTS_SHOWN]),
    )


def submitted_evidence(answer: Answer) -> list[DeskEvidence]:
    """What the supervisor may read beside `answer` (two queries).

    A file that the agency attaches during clarification appears once its answer is sent.
    """
    submitted = answer.attachments.filter(evidence__is_submitted=True).select_related("evidence__blob__text")
    repairing = answer.assessment.state == State.CLARIFICATION
    rows = list(sent_attachments(submitted) if repairing else submitted)
    also: dict[int, list[str]] = {row.evidence_id: [] for row in rows}
    elsewhere = (
        AnswerEvidence.objects.filter(answer__assessment_id=answer.assessment_id, evidence_id__in=list(also))
        .exclude(answer_id=answer.pk)
        .order_by("answer__position")
        .values_list("evidence_id", "answer__code")
    )
    for evidence_id, code in elsewhere:
        also[evidence_id].append(code)
    return [DeskEvidence(EvidenceItem(row.evidence), tuple(also[row.evidence_id])) for row in rows]


def last_verdict(assessment: Assessment, code: str) -> Answer | None:
    """The same indicator in the agency's last decided round with this instrument, at the level that holds."""
    cycle = assessment.cycle
    found = (
        Answer.objects.filter(
            earlier_rounds(cycle, "assessment__cycle"),
            code=code,
            assessment__agency_id=assessment.agency_id,
            assessment__cycle__instrument_id=cycle.instrument_id,
            assessment__state__in=CLOSED,
        )
        .select_related("assessment__cycle")
        .annotate(held=decided_levels())
        .order_by("-assessment__cycle__year", "-assessment__cycle__round")
        .first()
    )
    if found is not None:
        found.decided_level = (found.held or {}).get(code)  # type: ignore[attr-defined]
    return found


def workflow_events(desk: Desk) -> list[Event]:
    """What happened to the assessment as a whole, newest first; refused attempts stay in the trail."""
    events = events_about([target_of(desk.assessment)]).exclude(action__in=("access.refused", "desk.read"))
    if desk.hidden:
        events = events.exclude(action__in=OF_THE_VERIFIER)
    return list(events[:EVENTS_SHOWN])


def stage_snapshots(desk: Desk) -> list[Snapshot]:
    """The scores kept at each stage, oldest first; only the agency's where verdicts are hidden."""
    kept = desk.assessment.snapshots.all()
    if desk.hidden:
        kept = kept.filter(stage__in=(Snapshot.Stage.SUBMITTED, Snapshot.Stage.REPAIRED))
    return list(kept)


def desk_due_date(assessment: Assessment) -> date | None:
    """Until when the stage of a row of `submitted_assessments` lasts; None once the plenary has decided.

    After a clarification what is left is due by the plenary.
    """
    cycle, state = assessment.cycle, assessment.state
    if state == State.CLARIFICATION:
        return repair_due(assessment)
    if state in (State.SUBMITTED, State.VERIFICATION) and not assessment.repaired:  # type: ignore[attr-defined]
        return cycle.verification_closes
    if state in (State.SUBMITTED, State.VERIFICATION, State.FINAL_VERIFICATION, State.PLENARY):
        return cycle.plenary_on
    return None
