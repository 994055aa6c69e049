"""What every page of one assessment shows around its content: score, progress, deadline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import QuerySet

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.evidence.judging.queries import JudgingQueue, judging_queue
from sipinter.foundation.evidence.models import Blob
from sipinter.rules.model import Aspect, Indicator, Instrument
from sipinter.rules.scoring import AspectScore, Scorecard

from ..completeness import Gap, GapKind, find_gaps
from ..indicator_scope import IndicatorScope
from ..instruments import instrument_of
from ..models import CLOSED, Answer, AnswerEvidence, Assessment, State, Verdict
from ..scores import FreshScores, Layer, answered_gates, levels_in_layer, score_levels
from ..workflow import repair_due
from .sent_answers import hide_verdicts, hides_repairs, hides_verdicts, restore_sent_answers, sent_attachments


class IndicatorMark(StrEnum):
    """How an indicator stands, as the list at the side shows it."""

    EMPTY = "empty"
    DONE = "done"
    EVIDENCE = "evidence"
    ASKED = "asked"
    PENDING = "pending"
    AWAY = "away"


@dataclass(frozen=True)
class IndicatorItem:
    """One indicator in the list at the side. `level` None: not filled in."""

    indicator: Indicator
    level: int | None
    mark: IndicatorMark
    mine: bool


@dataclass(frozen=True)
class AspectGroup:
    """One aspect in the list at the side: `done` of its `total` applicable indicators are filled in."""

    aspect: Aspect
    score: AspectScore
    items: tuple[IndicatorItem, ...]
    done: int
    total: int


@dataclass(frozen=True)
class AssessmentFrame:
    """One assessment with everything that its pages share, read by `load_frame`.

    `attached`: evidence beside each indicator; `locked`, `waiting`: the evidence of which
    the file is refused or has a virus, or is not judged yet; `claimed`:
    the agency's scorecard, where a write has just counted it.
    """

    assessment: Assessment
    instrument: Instrument
    answers: Mapping[str, Answer]
    gates: Mapping[str, str]
    attached: Mapping[str, tuple[int, ...]]
    actor: Actor
    locked: frozenset[int] = frozenset()
    waiting: frozenset[int] = frozenset()
    claimed: Scorecard | None = None

    @cached_property
    def judging_queue(self) -> JudgingQueue:
        """How many files of all agencies wait to be judged (two queries, where some of these do)."""
        return judging_queue()

    @cached_property
    def layer(self) -> Layer:
        """Whose levels the score in view counts: the plenary's once decided, until then the agency's."""
        return Layer.DECIDED if self.assessment.state in CLOSED else Layer.CLAIMED

    @cached_property
    def card(self) -> Scorecard:
        """The scorecard in view."""
        if self.claimed is not None and self.layer is Layer.CLAIMED:
            return self.claimed
        return score_levels(self.instrument, self.levels, self.gates, self.assessment.survey)

    @cached_property
    def levels(self) -> dict[str, int | None]:
        """Each indicator's level in the layer in view."""
        return levels_in_layer(self.assessment, self.layer, self.answers.values())

    @cached_property
    def bounds(self) -> list[Decimal]:
        """Lower bounds of the categories, for the bar."""
        return self.instrument.score_bounds

    @property
    def applicable(self) -> frozenset[str]:
        """Indicators that count for this agency."""
        return self.card.applicable

    @cached_property
    def missing(self) -> list[Gap]:
        """Every gap, gates first."""
        levels = {code: answer.claimed_level for code, answer in self.answers.items()}
        sound = {code for code, ids in self.attached.items() if not self.locked.issuperset(ids)}
        return find_gaps(self.instrument, self.gates, levels, sound)

    @cached_property
    def open_gates(self) -> list[str]:
        """Gates not yet answered."""
        return [gap.code for gap in self.missing if gap.lack is GapKind.GATE]

    @cached_property
    def asked(self) -> list[Answer]:
        """Indicators that the verifier asked back, in order; none once they went back to the desk."""
        if self.assessment.state != State.CLARIFICATION:
            return []
        return [answer for answer in self.answers.values() if answer.verdict == Verdict.ASK]

    @cached_property
    def groups(self) -> tuple[AspectGroup, ...]:
        """The list at the side."""
        scores = {aspect.code: aspect for aspect in self.card.aspects}
        return tuple(self._group(aspect, scores[aspect.code]) for aspect in self.instrument.aspects)

    def _group(self, aspect: Aspect, score: AspectScore) -> AspectGroup:
        items = tuple(
            IndicatorItem(i, self.level_of(i.code), self.marks[i.code], i.code in self.own_codes)
            for i in aspect.indicators
        )
        counted = [item for item in items if item.indicator.code in self.applicable]
        return AspectGroup(
            aspect, score, items, sum(item.level is not None for item in counted), len(counted)
        )

    def level_of(self, code: str) -> int | None:
        """The indicator's level in the layer in view."""
        return self.levels.get(code)

    @cached_property
    def marks(self) -> dict[str, IndicatorMark]:
        """How each indicator stands."""
        return {code: self._mark(code) for code in self.instrument.indicators}

    def _mark(self, code: str) -> IndicatorMark:
        if code not in self.applicable:
            return IndicatorMark.AWAY if code in self.card.not_applicable else IndicatorMark.PENDING
        if any(answer.code == code for answer in self.asked):
            return IndicatorMark.ASKED
        if self.level_of(code) is None:
            return IndicatorMark.EMPTY
        return IndicatorMark.EVIDENCE if code in self.without_evidence else IndicatorMark.DONE

    @cached_property
    def without_evidence(self) -> frozenset[str]:
        """Indicators whose claimed level asks for a document and has none."""
        if self.layer is Layer.DECIDED:
            return frozenset()
        return frozenset(gap.code for gap in self.missing if gap.lack is GapKind.EVIDENCE)

    @cached_property
    def scope(self) -> IndicatorScope:
        """What this person fills in, whatever the state."""
        return IndicatorScope(self.actor, self.assessment)

    @cached_property
    def own_codes(self) -> frozenset[str]:
        """The indicators that are this person's, whatever the state."""
        return self.scope.own_codes(self.instrument.indicators)

    @cached_property
    def confined(self) -> bool:
        """True for whoever sees nothing of the assessment but what is assigned to them."""
        return self.actor.is_confined_in(self.assessment.agency_id)

    @cached_property
    def workable(self) -> list[str]:
        """Codes this person is to fill in now: applicable, in scope and, in clarification, asked back."""
        codes = [code for code in self.answers if code in self.applicable & self.own_codes]
        if self.assessment.state == State.CLARIFICATION:
            wanted = {answer.code for answer in self.asked}
            return [code for code in codes if code in wanted]
        return codes

    @cached_property
    def closes(self) -> date | None:
        """Last day of the stage in which the agency acts now; None while it is not the agency's turn."""
        return stage_closing_day(self.assessment)

    @cached_property
    def days_left(self) -> int | None:
        """Days to `closes` on the agency's calendar."""
        return days_until(self.assessment, self.closes)


AGENCY_FILLS = (State.PREPARING, State.FILLING, State.IN_REVIEW, State.REVIEWED)


def stage_closing_day(assessment: Assessment) -> date | None:
    """Last day of the stage in which the agency has to act; None while others act."""
    cycle = assessment.cycle
    if assessment.state in AGENCY_FILLS:
        return cycle.filling_closes
    if assessment.state == State.CLARIFICATION:
        return repair_due(assessment)
    if assessment.state == State.PUBLISHED:
        return cycle.objection_closes
    return None


def days_until(assessment: Assessment, day: date | None) -> int | None:
    """Days from today to `day` on the calendar of the agency's time zone; negative when past."""
    if day is None:
        return None
    return (day - assessment.agency.today()).days


def _correct(assessment: Assessment, answers: Mapping[str, Answer]) -> None:
    """Set the decided levels, in memory, to those of the correction that holds (one query).

    The rows stay as they were first decided.
    """
    rows = assessment.decisions.filter(superseded_by=None, supersedes__isnull=False)
    levels = rows.values_list("snapshot__levels", flat=True).first() or {}
    for code, level_now in levels.items():
        answers[code].decided_level = level_now


def load_frame(assessment: Assessment, actor: Actor, fresh: FreshScores | None = None) -> AssessmentFrame:
    """Read the frame of `assessment` (three queries; its cycle and agency must have been joined).

    To the supervisor, repairs under way show once they are sent. `fresh`: what a save by this person has
    just read and counted, then only the evidence is read (one query).
    """
    answers = {answer.code: answer for answer in (fresh.answers if fresh else assessment.answers.all())}
    for answer in answers.values():
        answer.assessment = assessment
    if assessment.state in CLOSED:
        _correct(assessment, answers)
    code_of = {answer.pk: code for code, answer in answers.items()}
    attached: dict[str, list[int]] = {}
    rows: QuerySet[AnswerEvidence] = AnswerEvidence.objects.filter(answer__assessment=assessment)
    if hides_repairs(assessment, actor):
        restore_sent_answers(assessment, list(answers.values()))
        rows = sent_attachments(rows)
    if hides_verdicts(assessment, actor):
        hide_verdicts(answers.values())
        assessment.returned_reason = ""  # it names what was asked back
    locked, waiting = set(), set()
    judged = ("evidence__blob__judgement", "evidence__blob__scan")
    for answer_id, evidence_id, judgement, scan in rows.values_list("answer_id", "evidence_id", *judged):
        attached.setdefault(code_of[answer_id], []).append(evidence_id)
        if judgement == Blob.Judgement.REFUSED or scan == Blob.Scan.INFECTED:
            locked.add(evidence_id)
        elif judgement == Blob.Judgement.WAITING:
            waiting.add(evidence_id)
    return AssessmentFrame(
        assessment=assessment,
        instrument=instrument_of(assessment.cycle),
        answers=answers,
        gates=fresh.gates if fresh else answered_gates(assessment),
        attached={code: tuple(ids) for code, ids in attached.items()},
        actor=actor,
        locked=frozenset(locked),
        waiting=frozenset(waiting),
        claimed=fresh.claimed if fresh else None,
    )
