"""The workspace page: one indicator with its criteria, evidence, conversation and neighbours."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from sipinter.assessment.record.models import (
    CLOSED,
    Answer,
    AnswerEvidence,
    Assessment,
    Assignment,
    Comment,
    Message,
    State,
    Verdict,
)
from sipinter.assessment.record.panels import IndicatorPanel, indicator_panels
from sipinter.assessment.record.queries.cycles import earlier_rounds
from sipinter.assessment.record.queries.decisions import decided_levels
from sipinter.assessment.record.queries.page_frame import AGENCY_FILLS, AssessmentFrame, IndicatorMark
from sipinter.assessment.record.queries.sent_answers import hides_verdicts
from sipinter.foundation.access.actor import Actor, Grant
from sipinter.foundation.access.permissions import Permission, may
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.models import Membership, User
from sipinter.foundation.evidence.library.filters import validity_hint
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.queries import EvidenceItem
from sipinter.foundation.evidence.texts.queries import text_progress
from sipinter.rules.model import Aspect, Indicator, Text
from sipinter.rules.numbers import to_decimal
from sipinter.rules.points_table import points_table

from ..permissions import may_in_time
from .hints import hints_by_evidence
from .typed_answer import TypedAnswer


@dataclass(frozen=True)
class Criterion:
    """One step of the scale and whether it is ticked; `generic`: not the annex's own sentence."""

    level: int
    text: Text
    ticked: bool
    generic: bool


@dataclass(frozen=True)
class WorkspaceEvidence:
    """One document beside the indicator; all but `document` and `by` are hints, never a decision.

    `also` are the other indicators of the assessment that use it; `validity`: that it has expired or runs out
    before the plenary, empty otherwise; `reading`: how far its text is read; `hints`: what to look at before
    it is sent in (for the agency's own people).
    """

    document: EvidenceItem
    by: str
    also: tuple[str, ...]
    validity: str = ""
    reading: str = ""
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class EarlierResult:
    """What the last decided round of the same instrument said about this indicator."""

    year: int
    level: int | None
    reason: str


@dataclass(frozen=True)
class AssignedPerson:
    """Somebody who fills in this indicator, and their unit (OPD); until when, where it was assigned."""

    name: str
    unit: str
    due: date | None = None


@dataclass(frozen=True)
class AnswerStanding:
    """What the saved answer comes to: the level, its points, and what keeps it from counting for more."""

    frame: AssessmentFrame
    answer: Answer
    mark: IndicatorMark
    unmet: tuple[int, ...]

    @property
    def points(self) -> Decimal | None:
        """Points of the claimed level; None where the indicator does not count."""
        return indicator_points(self.frame, self.answer.code, self.answer.claimed_level or 0)

    @property
    def best(self) -> Decimal | None:
        """Points that the highest level would bring."""
        return indicator_points(self.frame, self.answer.code, self.frame.instrument.max_level)

    @property
    def gain(self) -> Decimal | None:
        """Points that one level more would bring; None at the top and where the indicator does not count."""
        if (self.answer.claimed_level or 0) >= self.frame.instrument.max_level:
            return None
        return indicator_points(self.frame, self.answer.code, 1)

    @property
    def needs_evidence(self) -> bool:
        """True when the claimed level asks for a document and none is attached."""
        return self.answer.code in self.frame.without_evidence


@dataclass(frozen=True)
class AnswerPage:
    """All that the workspace page shows about one indicator."""

    frame: AssessmentFrame
    answer: Answer
    indicator: Indicator
    aspect: Aspect
    standing: AnswerStanding
    criteria: tuple[Criterion, ...]
    note: str
    saved_by: str
    evidence: tuple[WorkspaceEvidence, ...]
    messages: tuple[Message, ...]
    comments: tuple[Comment, ...]
    earlier: EarlierResult | None
    panels: list[IndicatorPanel]
    assigned: tuple[AssignedPerson, ...]
    previous: str | None
    following: str | None
    may_write: Permission
    may_discuss: Permission
    may_comment: Permission

    @property
    def zero(self) -> Criterion | None:
        """The "nothing yet" choice of scales that begin at 0."""
        return next((criterion for criterion in self.criteria if criterion.level == 0), None)

    @property
    def steps(self) -> tuple[Criterion, ...]:
        """The cumulative criteria, from level 1."""
        return tuple(criterion for criterion in self.criteria if criterion.level > 0)

    @property
    def generic(self) -> bool:
        """True where the criteria are a general scale and not the regulation's own sentences."""
        return any(criterion.generic for criterion in self.criteria)

    @property
    def verdict_shown(self) -> bool:
        """The verifier's word, once it was handed to the agency: asked back now, or decided."""
        if self.frame.assessment.state in CLOSED:
            return self.answer.verdict != Verdict.NONE
        return self.standing.mark is IndicatorMark.ASKED


def missing_levels(ticks: Collection[int]) -> list[int]:
    """Levels from 1 that are not ticked though a higher one is: [2] for {1, 3}."""
    return [level for level in range(1, max(ticks, default=0)) if level not in ticks]


def indicator_points(frame: AssessmentFrame, code: str, level: int) -> Decimal | None:
    """Points that `level` of the indicator brings, rounded like the score; None where it does not count."""
    table = points_table(frame.instrument, frame.gates)
    if code not in table.units:
        return None
    return to_decimal(Fraction(table.units[code] * level, table.scale), frame.instrument.decimals)


def get_answer_page(
    frame: AssessmentFrame, code: str, actor: Actor, typed: TypedAnswer | None = None
) -> AnswerPage:
    """The page of the indicator `code` (at most ten queries, whatever it holds).

    `typed` stands in the form instead of what is saved. KeyError when there is no such indicator.
    """
    answer, indicator = frame.answers[code], frame.instrument.indicators[code]
    ticks = typed.ticks if typed else answer.ticks
    within = may(actor, "assessment.comment", answer)
    return AnswerPage(
        frame=frame,
        answer=answer,
        indicator=indicator,
        aspect=frame.instrument.aspect(indicator.aspect),
        standing=answer_standing(frame, code, ticks),
        criteria=tuple(
            Criterion(level.level, level.criterion, level.level in ticks, level.status == "generic")
            for level in indicator.levels
        ),
        note=typed.note if typed else answer.note,
        saved_by=_saved_by(answer, actor),
        evidence=workspace_evidence(frame, answer, actor),
        # Nobody writes there before the assessment is at the supervisor's.
        messages=()
        if frame.assessment.state in AGENCY_FILLS or hides_verdicts(frame.assessment, actor)
        else tuple(answer.messages.all()),
        comments=tuple(answer.comments.all()) if within else (),
        earlier=_earlier(frame.assessment, code),
        panels=indicator_panels(frame.assessment, code),
        assigned=assigned_people(frame.assessment, code),
        previous=previous_indicator(frame, code),
        following=next_indicator(frame, code),
        may_write=may_write_answer(actor, answer),
        may_discuss=may(actor, "assessment.discuss", answer),
        may_comment=within,
    )


def may_write_answer(actor: Actor, answer: Answer) -> Permission:
    """Whether the person may change the answer now, by right, state and date."""
    return may_in_time(actor, "assessment.answer", answer, answer.assessment)


def answer_standing(
    frame: AssessmentFrame, code: str, ticks: Collection[int] | None = None
) -> AnswerStanding:
    """What the answer `code` comes to; `ticks` those on the screen where they are not the saved ones."""
    answer = frame.answers[code]
    unmet = missing_levels(answer.ticks if ticks is None else ticks)
    return AnswerStanding(frame, answer, frame.marks[code], tuple(unmet))


def indicator_path(frame: AssessmentFrame) -> list[str]:
    """The indicators that "previous" and "next" walk through: those to work on, else all that apply."""
    return frame.workable or [code for code in frame.answers if code in frame.applicable]


def next_indicator(frame: AssessmentFrame, code: str) -> str | None:
    """The indicator after `code` on that way; None at its end."""
    codes = indicator_path(frame)
    if code not in codes:
        return codes[0] if codes else None
    here = codes.index(code)
    return codes[here + 1] if here + 1 < len(codes) else None


def previous_indicator(frame: AssessmentFrame, code: str) -> str | None:
    """The indicator before `code` on that way; None at its beginning."""
    codes = indicator_path(frame)
    here = codes.index(code) if code in codes else 0
    return codes[here - 1] if here else None


def _saved_by(answer: Answer, actor: Actor) -> str:
    """Who saved the answer last, when it was somebody else."""
    if answer.updated_by_id in (None, actor.user_id):
        return ""
    return User.objects.values_list("name", flat=True).get(pk=answer.updated_by_id)


def workspace_evidence(frame: AssessmentFrame, answer: Answer, actor: Actor) -> tuple[WorkspaceEvidence, ...]:
    """The documents beside `answer`, each with the other indicators that use it (one query, if any)."""
    shown = frame.attached.get(answer.code, ())
    if not shown:
        return ()
    users: dict[int, list[str]] = {}
    for code, ids in frame.attached.items():
        for pk in ids:
            users.setdefault(pk, []).append(code)
    order = {code: position for position, code in enumerate(frame.answers)}
    today = frame.assessment.agency.today()
    rows = AnswerEvidence.objects.filter(answer=answer, evidence_id__in=shown).select_related(
        "evidence__blob__text", "evidence__uploaded_by"
    )
    hints = hints_by_evidence(frame, [row.evidence for row in rows], actor)
    return tuple(
        WorkspaceEvidence(
            EvidenceItem(row.evidence),
            row.evidence.uploaded_by.name if row.evidence.uploaded_by else "",
            tuple(sorted((c for c in users[row.evidence_id] if c != answer.code), key=order.__getitem__)),
            _validity_of(frame, row.evidence, today),
            _reading(row.evidence),
            tuple(hints.get(row.evidence_id, ())),
        )
        for row in rows
    )


def _validity_of(frame: AssessmentFrame, evidence: Evidence, today: date) -> str:
    """That a document is no longer valid, soon will not be, or could be exchanged for a newer version."""
    if evidence.superseded_by_id is not None and frame.assessment.state == State.FILLING:
        return _("a newer version is in the library")
    return validity_hint(evidence, today=today, horizon=frame.assessment.cycle.plenary_on)


def _reading(evidence: Evidence) -> str:
    progress = text_progress(evidence.blob)
    return progress.sentence if progress else ""


def _earlier(assessment: Assessment, code: str) -> EarlierResult | None:
    """One query where the agency has no earlier result, else two."""
    cycle = assessment.cycle
    last = (
        Assessment.objects.filter(
            earlier_rounds(cycle),
            agency_id=assessment.agency_id,
            state__in=CLOSED,
            cycle__instrument_id=cycle.instrument_id,
        )
        .order_by("-cycle__year", "-cycle__round")
        .values_list("pk", "cycle__year")[:1]
    )
    for pk, year in last:
        answers = Answer.objects.filter(assessment_id=pk, code=code).order_by()
        for levels, decided, reason in answers.values_list(decided_levels(), "decided_reason", "reason"):
            return EarlierResult(year, (levels or {}).get(code), decided or reason)
    return None


def assigned_people(assessment: Assessment, code: str) -> tuple[AssignedPerson, ...]:
    """Who is asked for this indicator: whom it is assigned to, else the team members whose scope names it.

    Those without a scope only where nobody else is (two queries at most).
    """
    rows = Assignment.objects.current().filter(assessment=assessment, code=code)
    if asked := tuple(
        AssignedPerson(name or "", unit, due)
        for name, unit, due in rows.values_list("person__name", "unit", "due")
    ):
        return asked
    members = (
        Membership.objects.filter(agency_id=assessment.agency_id, role=Role.TEAM)
        .current()
        .order_by("unit", "user__name")
        .values_list("user__name", "unit", "scope")
    )
    grants = [
        (AssignedPerson(name, unit), Grant(Role.TEAM, assessment.agency_id, scope=tuple(scope)))
        for name, unit, scope in members
    ]
    named = [person for person, grant in grants if grant.scope and grant.covers(code)]
    return tuple(named or [person for person, grant in grants if not grant.scope])


def first_open_indicator(frame: AssessmentFrame) -> str | None:
    """This person's first indicator that needs work, else their first; None where nothing is theirs."""
    for code in frame.workable:
        if frame.marks[code] is not IndicatorMark.DONE:
            return code
    return frame.workable[0] if frame.workable else None
