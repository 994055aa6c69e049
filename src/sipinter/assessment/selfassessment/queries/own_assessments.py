"""The assessments of one's own agencies with what to do next, and what is assigned to a person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.completeness import GapKind, find_gaps
from sipinter.assessment.record.indicator_scope import IndicatorScope
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import (
    CLOSED,
    Answer,
    AnswerEvidence,
    Assessment,
    Assignment,
    Decision,
    GateAnswer,
    State,
    Verdict,
)
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, days_until, stage_closing_day
from sipinter.assessment.record.scores import score_levels
from sipinter.assessment.record.workflow import step_obstacle
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import may
from sipinter.foundation.access.roles import ASSESSMENT_ROLES, Role
from sipinter.rules.model import Category, Instrument
from sipinter.rules.scoring import Scorecard

from ..permissions import OPEN_FOR_ANSWERS
from .teamwork import is_indicator_open

LIVE = (State.FILLING, State.IN_REVIEW, State.REVIEWED, State.CLARIFICATION)


@dataclass(frozen=True)
class NextAction:
    """The one thing to do next: `name` of the page, or with `is_step` of the step to post to."""

    label: str | Promise
    name: str
    is_step: bool = False


@dataclass(frozen=True)
class OwnAssessment:
    """One assessment of one of the person's agencies. Counts concern the stage under way."""

    assessment: Assessment
    instrument: Instrument
    card: Scorecard | None
    decision: Decision | None
    asked: int
    asked_mine: int
    unanswered: int
    unanswered_mine: int
    without_evidence: int
    open_gates: int
    action: NextAction | None

    @property
    def score(self) -> Decimal | None:
        """The decided score, else the claimed one; None before anything was filled in."""
        if self.decision:
            return self.decision.score
        return self.assessment.claimed_score if self.assessment.answered else None

    @property
    def max(self) -> Decimal:
        """The highest score this agency can reach."""
        if self.decision:
            return self.decision.max
        return self.card.max if self.card else self.instrument.max_score

    @property
    def category(self) -> Category | None:
        """The category of `score`, where it is known."""
        code = self.decision.category if self.decision else self.assessment.claimed_category
        return self.instrument.category(code) if code else None

    @property
    def came_back(self) -> bool:
        """True when the secretary or the verifier returned it and the agency has to act."""
        returned = self.assessment.state == State.FILLING and bool(self.assessment.returned_reason)
        return returned or self.asked > 0

    @property
    def opens_later(self) -> bool:
        """True until the first day of filling in."""
        return (days_until(self.assessment, self.assessment.cycle.filling_opens) or 0) > 0

    @property
    def bounds(self) -> list[Decimal]:
        """Lower bounds of the categories, for the bar."""
        return self.instrument.score_bounds

    @property
    def closes(self) -> date | None:
        """Last day of the stage in which the agency acts; None while others do."""
        return stage_closing_day(self.assessment)

    @property
    def days_left(self) -> int | None:
        """Days to `closes` on the agency's calendar."""
        return days_until(self.assessment, self.closes)


@dataclass(frozen=True)
class AssignmentSummary:
    """What is asked of a person in one assessment: which, how many still open, late, the earliest day."""

    assessment: Assessment
    codes: frozenset[str]
    open: int
    late: int
    due: date

    @property
    def days_left(self) -> int:
        """Days to `due` on the agency's calendar."""
        return days_until(self.assessment, self.due) or 0


def assignment_summaries(actor: Actor) -> list[AssignmentSummary]:
    """What is asked of the person while answers are open: what is due first, first (four queries at most)."""
    rows = Assignment.objects.of(actor).filter(assessment__state__in=OPEN_FOR_ANSWERS)
    due: dict[Assessment, dict[str, date]] = defaultdict(dict)
    for row in rows.order_by("-due").select_related("assessment__cycle", "assessment__agency"):
        due[row.assessment][row.code] = row.due  # the earlier day of two
    if not due:
        return []
    answers, gates, documented = _answers(due), _gates(due), _documented(due)
    found = []
    for assessment, days in due.items():
        frame = AssessmentFrame(
            assessment=assessment,
            instrument=instrument_of(assessment.cycle),
            answers={answer.code: answer for answer in answers[assessment.pk]},
            gates=gates[assessment.pk],
            attached=dict.fromkeys(documented[assessment.pk], (0,)),
            actor=actor,
        )
        found.append(_assignment_summary(frame, days))
    return sorted(found, key=lambda summary: (not summary.open, summary.due))


def _assignment_summary(frame: AssessmentFrame, days: Mapping[str, date]) -> AssignmentSummary:
    undone = [day for code, day in days.items() if is_indicator_open(frame, code)]
    first = min(undone or days.values())
    late = sum((days_until(frame.assessment, day) or 0) < 0 for day in undone)
    return AssignmentSummary(frame.assessment, frozenset(days), len(undone), late, first)


def own_assessments(
    actor: Actor, *, only_open: bool = False, asked: Iterable[AssignmentSummary] = ()
) -> list[OwnAssessment]:
    """The assessments of the person's own agencies: what waits for them first, and of it what came back.

    `asked`: what is assigned to them counts as theirs. Five queries, however many there are.
    """
    rows = (
        Assessment.objects.filter(agency_id__in=actor.agency_ids(ASSESSMENT_ROLES))
        .select_related("cycle", "agency")
        .prefetch_related(
            Prefetch("decisions", Decision.objects.filter(superseded_by=None), to_attr="in_force")
        )
        .order_by("-cycle__year", "-cycle__round", "agency__name", "cycle__instrument_id")
    )
    if only_open:
        rows = rows.exclude(state=State.PUBLISHED, cycle__objection_closes__lt=timezone.localdate())
    assessments = list(rows)
    live = [assessment for assessment in assessments if assessment.state in LIVE]
    answers, gates, documented = _answers(live), _gates(live), _documented(live)
    assigned = {summary.assessment.pk: summary.codes for summary in asked}
    found = [
        _own_assessment(
            a, actor, answers[a.pk], gates[a.pk], documented[a.pk], assigned.get(a.pk, frozenset())
        )
        for a in assessments
    ]
    return sorted(found, key=lambda own: (own.action is None, not own.came_back))


def _answers(live: Iterable[Assessment]) -> Mapping[int, list[Answer]]:
    found: dict[int, list[Answer]] = defaultdict(list)
    for answer in Answer.objects.filter(assessment__in=list(live)).defer("note", "reason", "decided_reason"):
        found[answer.assessment_id].append(answer)
    return found


def _gates(live: Iterable[Assessment]) -> Mapping[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in GateAnswer.objects.filter(assessment__in=list(live)).exclude(choice=""):
        found[row.assessment_id][row.code] = row.choice
    return found


def _documented(live: Iterable[Assessment]) -> Mapping[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = AnswerEvidence.objects.filter(answer__assessment__in=list(live)).sound()
    for pk, code in rows.values_list("answer__assessment_id", "answer__code").distinct():
        found[pk].add(code)
    return found


def _own_assessment(
    assessment: Assessment,
    actor: Actor,
    answers: list[Answer],
    gates: dict[str, str],
    documented: set[str],
    assigned: frozenset[str],
) -> OwnAssessment:
    instrument = instrument_of(assessment.cycle)
    levels = {answer.code: answer.claimed_level for answer in answers}
    lacks: dict[GapKind, list[str]] = defaultdict(list)
    for gap in find_gaps(instrument, gates, levels, documented) if answers else []:
        lacks[gap.lack].append(gap.code)
    asked = [a.code for a in answers if a.verdict == Verdict.ASK and assessment.state == State.CLARIFICATION]
    scope = IndicatorScope(actor, assessment, assigned=assigned)

    def mine(codes: list[str]) -> int:
        return len(scope.own_codes(codes))

    complete = not (lacks[GapKind.UNANSWERED] or lacks[GapKind.EVIDENCE] or lacks[GapKind.GATE])
    return OwnAssessment(
        assessment=assessment,
        instrument=instrument,
        card=score_levels(instrument, levels, gates, assessment.survey) if answers else None,
        decision=next(iter(assessment.in_force), None) if assessment.state in CLOSED else None,  # type: ignore[attr-defined]
        asked=len(asked),
        asked_mine=mine(asked),
        unanswered=len(lacks[GapKind.UNANSWERED]),
        unanswered_mine=mine(lacks[GapKind.UNANSWERED]),
        without_evidence=len(lacks[GapKind.EVIDENCE]),
        open_gates=len(lacks[GapKind.GATE]),
        action=_action(assessment, actor, complete=complete, asked_mine=mine(asked)),
    )


def _action(assessment: Assessment, actor: Actor, *, complete: bool, asked_mine: int) -> NextAction | None:
    """What this person is to do next with the assessment; None while it waits for others."""
    keeper = actor.has(Role.KEEPER, agency_id=assessment.agency_id)
    secretary = actor.has(Role.PYB, agency_id=assessment.agency_id)
    match assessment.state:
        case State.PREPARING if may(actor, "assessment.start", assessment):
            is_free = not step_obstacle(assessment, "start")
            return NextAction(_("Start filling in"), "start", is_step=True) if is_free else None
        case State.FILLING if keeper and complete:
            return NextAction(_("Check and send"), "check")
        case State.FILLING if keeper or actor.has(Role.TEAM, agency_id=assessment.agency_id):
            return NextAction(_("Continue filling in"), "workspace")
        case State.CLARIFICATION if asked_mine:
            return NextAction(_("Answer the verifier"), "overview")
        case State.IN_REVIEW if secretary:
            return NextAction(_("Review"), "review")
        case State.REVIEWED if secretary:
            return NextAction(_("Submit"), "review")
    return None
