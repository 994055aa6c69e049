"""The one page from which a person answers what is asked of them."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sipinter.assessment.record.models import Answer, AnswerEvidence, Assignment, Comment, State
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, days_until
from sipinter.assessment.record.workflow import is_answering_over
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.evidence.queries import EvidenceItem
from sipinter.rules.model import Indicator

from ..permissions import OPEN_FOR_ANSWERS
from .teamwork import is_indicator_open
from .typed_answer import TypedAnswer
from .workspace import AnswerStanding, Criterion, answer_standing


@dataclass(frozen=True)
class UnsavedAnswer:
    """What was sent for one indicator and not saved, and why (`refusal` None: a sign-in ran out)."""

    typed: TypedAnswer | None
    refusal: Refused | None = None
    comment: str = ""
    link: str = ""


@dataclass(frozen=True)
class AssignedTask:
    """One indicator that is asked of the person, with all that it takes to answer it."""

    frame: AssessmentFrame
    answer: Answer
    indicator: Indicator
    asked: tuple[Assignment, ...]
    standing: AnswerStanding
    criteria: tuple[Criterion, ...]
    note: str
    evidence: tuple[EvidenceItem, ...]
    comments: tuple[Comment, ...]
    kept: UnsavedAnswer | None
    is_writable: bool
    is_done: bool

    @property
    def code(self) -> str:
        return self.answer.code

    @property
    def due(self) -> date:
        """The earliest day, where it was asked of the person and of their unit."""
        return min(row.due for row in self.asked)

    @property
    def days_left(self) -> int:
        return days_until(self.frame.assessment, self.due) or 0

    @property
    def version(self) -> int:
        """The version that what stands in the form is based on."""
        return self.kept.typed.version if self.kept and self.kept.typed else self.answer.version

    @property
    def seen(self) -> str:
        """What the form showed; see `answer_fingerprint`."""
        return answer_fingerprint(self.answer.ticks, self.answer.note)

    @property
    def generic(self) -> bool:
        """True where the criteria are a general scale and not the regulation's own sentences."""
        return any(criterion.generic for criterion in self.criteria)


def answer_fingerprint(ticks: Collection[int], note: str) -> str:
    """A short mark of an answer, by which the page tells what was typed from what only stood there."""
    text = f"{sorted(ticks)}\n{note.replace(chr(13), '').strip()}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def assigned_tasks(
    frame: AssessmentFrame, kept: Mapping[str, UnsavedAnswer] | None = None
) -> list[AssignedTask]:
    """What is asked of the frame's person: open first, by day, in the instrument's order (three queries).

    `kept` stands in the forms instead of what is saved.
    """
    asked: dict[str, list[Assignment]] = {}
    rows = Assignment.objects.of(frame.actor).filter(assessment=frame.assessment)
    for row in rows.select_related("asked_by"):
        asked.setdefault(row.code, []).append(row)
    codes = [code for code in frame.answers if code in asked]
    evidence, writable = _evidence(frame, codes), _writable(frame)
    comments: dict[int, list[Comment]] = {}
    for comment in Comment.objects.filter(answer__in=[frame.answers[code] for code in codes]):
        comments.setdefault(comment.answer_id, []).append(comment)
    found = [
        _task(
            frame,
            code,
            asked[code],
            evidence.get(code, []),
            comments,
            (kept or {}).get(code),
            is_writable=code in writable,
        )
        for code in codes
    ]
    return sorted(found, key=lambda task: (task.is_done, task.due, task.answer.position))


def _task(
    frame: AssessmentFrame,
    code: str,
    asked: list[Assignment],
    evidence: list[EvidenceItem],
    comments: Mapping[int, list[Comment]],
    kept: UnsavedAnswer | None,
    *,
    is_writable: bool,
) -> AssignedTask:
    answer, indicator = frame.answers[code], frame.instrument.indicators[code]
    typed = kept.typed if kept else None
    ticks = typed.ticks if typed else answer.ticks
    return AssignedTask(
        frame=frame,
        answer=answer,
        indicator=indicator,
        asked=tuple(asked),
        standing=answer_standing(frame, code, ticks),
        criteria=tuple(
            Criterion(level.level, level.criterion, level.level in ticks, level.status == "generic")
            for level in indicator.levels
        ),
        note=typed.note if typed else answer.note,
        evidence=tuple(evidence),
        comments=tuple(comments.get(answer.pk, ())),
        kept=kept,
        is_writable=is_writable,
        is_done=not is_indicator_open(frame, code),
    )


def _writable(frame: AssessmentFrame) -> frozenset[str]:
    """Codes that are open for answers now; what is asked of a person is theirs to answer."""
    if is_answering_over(frame.assessment):
        return frozenset()
    if frame.assessment.state == State.CLARIFICATION:
        return frozenset(answer.code for answer in frame.asked)
    return frozenset(frame.answers if frame.assessment.state in OPEN_FOR_ANSWERS else ())


def _evidence(frame: AssessmentFrame, codes: list[str]) -> dict[str, list[EvidenceItem]]:
    """The documents beside each of `codes` (one query)."""
    rows = AnswerEvidence.objects.filter(answer__in=[frame.answers[code] for code in codes])
    code_of = {frame.answers[code].pk: code for code in codes}
    found: dict[str, list[EvidenceItem]] = {}
    for row in rows.select_related("evidence__blob"):
        found.setdefault(code_of[row.answer_id], []).append(EvidenceItem(row.evidence))
    return found
