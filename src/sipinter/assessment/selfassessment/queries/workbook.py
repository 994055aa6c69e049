"""The page of differences between a workbook that came back and what stands in the system now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from sipinter.assessment.record.models import Answer, GateAnswer, WorkbookUpload
from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.foundation.access.permissions import may

from ..workbook.comparison import ChangeOrigin, ValueDifference, compare_value, ticks_for_level
from ..workbook.reader import clean_cell_text
from .workspace import may_write_answer


@dataclass(frozen=True)
class ComparedIndicator:
    """One indicator or gate with what differs. `why_not`: why nothing of it can be taken over now."""

    code: str
    title: str
    version: int
    differences: tuple[ValueDifference, ...]
    is_gate: bool
    why_not: str = ""
    who: str = ""

    @property
    def kind(self) -> ChangeOrigin:
        """The kind that asks the most of the person."""
        kinds = {one.kind for one in self.differences}
        return next(kind for kind in ChangeOrigin if kind in kinds)

    @property
    def asks(self) -> bool:
        """True when there is something to choose."""
        return self.kind in (ChangeOrigin.CONFLICT, ChangeOrigin.WORKBOOK)


@dataclass(frozen=True)
class WorkbookComparison:
    """Everything that differs, in the order of the instrument, gates first."""

    rows: tuple[ComparedIndicator, ...]

    def of(self, kind: str) -> list[ComparedIndicator]:
        return [row for row in self.rows if row.kind == kind]

    @property
    def asks(self) -> bool:
        """True as long as there is something to choose that can be taken over."""
        return any(row.asks and not row.why_not for row in self.rows)


def workbook_comparison(frame: AssessmentFrame, upload: WorkbookUpload) -> WorkbookComparison:
    """The differences of `upload` as they stand now (two queries besides the frame's)."""
    rows = [*_gates(frame, upload), *_answers(frame, upload)]
    return WorkbookComparison(tuple(row for row in rows if row.differences))


def _answers(frame: AssessmentFrame, upload: WorkbookUpload) -> Iterator[ComparedIndicator]:
    language = get_language() or "id"
    names = dict(Answer.objects.filter(assessment=frame.assessment).values_list("code", "updated_by__name"))
    for code, kept in upload.content["answers"].items():
        answer = frame.answers[code]
        found = [
            _level(kept, answer),
            compare_value("note", kept["base"]["note"], kept["note"], clean_cell_text(answer.note)),
        ]
        yield ComparedIndicator(
            code,
            frame.instrument.indicators[code].title.in_(language),
            answer.version,
            _unsettled(code, found, upload),
            is_gate=False,
            why_not=may_write_answer(frame.actor, answer).reason,
            who=names[code] or "",
        )


def _level(kept: dict[str, Any], answer: Answer) -> ValueDifference | None:
    """Compared by the ticked criteria, which say more than the level; shown as levels."""
    base = kept["base"]
    mine = ticks_for_level(kept["level"], base["level"], base["ticks"])
    found = compare_value("level", tuple(base["ticks"]), mine, tuple(answer.ticks))
    if found is None:
        return None
    return ValueDifference("level", found.kind, base["level"], kept["level"], answer.claimed_level)


def _gates(frame: AssessmentFrame, upload: WorkbookUpload) -> Iterator[ComparedIndicator]:
    if not upload.content["gates"]:
        return
    rows = {row.code: row for row in GateAnswer.objects.filter(assessment=frame.assessment)}
    why_not = may(frame.actor, "assessment.gates", frame.assessment).reason
    language = get_language() or "id"
    for code, kept in upload.content["gates"].items():
        gate, row = frame.instrument.gate(code), rows.get(code, GateAnswer(code=code))
        titles = {choice.code: choice.title.in_(language) for choice in gate.choices}
        found = compare_value("choice", kept["base"], kept["choice"], row.choice)
        if found is not None:
            found = ValueDifference(
                "choice", found.kind, *(titles.get(v, "") for v in (found.base, found.workbook, found.now))
            )
        yield ComparedIndicator(
            code,
            gate.question.in_(language),
            row.version,
            _unsettled(code, [found], upload),
            is_gate=True,
            why_not=why_not,
        )


def _unsettled(
    code: str, found: list[ValueDifference | None], upload: WorkbookUpload
) -> tuple[ValueDifference, ...]:
    return tuple(one for one in found if one is not None and f"{code} {one.field}" not in upload.settled)
