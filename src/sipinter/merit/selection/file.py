"""The file of a selection's participants: CSV or XLSX, one row each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

from sipinter.merit.selection.recruitment import PARTS, Participant
from sipinter.rules.messages import Message
from sipinter.rules.sets.model import SelectionRules
from sipinter.rules.sheet import AnswerFault, AnswersError, AnswerSheet, whole_file_error
from sipinter.rules.sheets import read_sheet

MAX_BYTES = 200_000_000
MAX_ROWS = 1_000_000
HEADINGS = ("participant", "formation", *PARTS, "skd", "skb", "gpa", "birth_date")
REQUIRED = ("participant",)
NUMBER = re.compile(r"\d{1,4}([.,]\d{1,6})?")
TOPS = {"skb": Fraction(100), "gpa": Fraction(4)}


def read_participants(source: Path | bytes, rules: SelectionRules, *, name: str) -> list[Participant]:
    """The participants of a file. AnswersError with every fault, by row and column."""
    sheet = read_sheet(source, name, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
    rows = [
        (number, cells) for number, cells in sheet.rows if any(participant_cell_text(cell) for cell in cells)
    ]
    if not rows:
        raise whole_file_error(name, Message("the file is empty"))
    columns = _columns(sheet, *rows[0], name=name)
    reader = _Reader(sheet, rules, columns)
    found = [reader.participant(number, cells) for number, cells in rows[1:]]
    if not found:
        raise whole_file_error(name, Message("no participants below the headings"))
    if reader.faults:
        raise AnswersError(name, reader.faults)
    return found


def participant_cell_text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates as 2026-12-31, "" for none."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return cell.strftime("%Y-%m-%d")
    return "" if cell is None else str(cell).strip()


def _columns(sheet: AnswerSheet, row: int, cells: Sequence[object], *, name: str) -> dict[str, int]:
    """Place of each heading."""
    columns: dict[str, int] = {}
    faults: list[AnswerFault] = []
    for place, cell in enumerate(cells):
        heading = participant_cell_text(cell).lower()
        if heading in columns:
            message = Message("heading “{heading}” is given twice", heading=heading)
            faults.append(sheet.fault(row, place, heading, message))
        elif heading not in HEADINGS and heading:
            expected = ", ".join(HEADINGS)
            message = Message(
                "unknown heading “{heading}”; expected: {expected}", heading=heading, expected=expected
            )
            faults.append(sheet.fault(row, place, heading, message))
        columns[heading] = place
    missing = [heading for heading in REQUIRED if heading not in columns]
    if "skd" not in columns and not all(part in columns for part in PARTS):
        missing.append("skd")
    faults += [
        sheet.fault(row, 0, heading, Message("heading “{heading}” is missing", heading=heading))
        for heading in missing
    ]
    if faults:
        raise AnswersError(name, faults)
    return columns


class _Reader:
    """Reads rows, keeping every fault."""

    def __init__(self, sheet: AnswerSheet, rules: SelectionRules, columns: dict[str, int]) -> None:
        self.sheet, self.rules, self.columns = sheet, rules, columns
        self.faults: list[AnswerFault] = []
        self.seen: dict[str, int] = {}
        self.row = 0
        self.cells: Sequence[object] = ()

    def participant(self, row: int, cells: Sequence[object]) -> Participant:
        self.row, self.cells = row, cells
        tops = {**self.rules.maxima, **TOPS}
        figures = {key: self._figure(key, tops.get(key)) for key in (*PARTS, "skd", "skb", "gpa")}
        parts = {part: value for part in PARTS if (value := figures[part]) is not None}
        return Participant(
            participant=self._participant(),
            formation=self._cell("formation"),
            skd=self._total(figures["skd"], parts),
            parts=parts,
            skb=figures["skb"],
            gpa=figures["gpa"],
            birth_date=self._date(),
        )

    def _fault(self, column: str, message: Message) -> None:
        self.faults.append(self.sheet.fault(self.row, self.columns.get(column, 0), column, message))

    def _cell(self, column: str) -> str:
        place = self.columns.get(column)
        return (
            participant_cell_text(self.cells[place]) if place is not None and place < len(self.cells) else ""
        )

    def _participant(self) -> str:
        code = self._cell("participant")
        if not code:
            self._fault("participant", Message("the code is missing"))
        elif code in self.seen:
            first = self.seen[code]
            self._fault("participant", Message("{code} is already in row {first}", code=code, first=first))
        self.seen.setdefault(code, self.row)
        return code

    def _figure(self, column: str, top: Fraction | None) -> Fraction | None:
        written = self._cell(column)
        if not written:
            return None
        if not NUMBER.fullmatch(written):
            self._fault(column, Message("“{value}” is not a figure", value=written))
            return None
        value = Fraction(written.replace(",", "."))
        if top is not None and value > top:
            self._fault(column, Message("{value} lies above {max}", value=written, max=top))
        return value

    def _total(self, total: Fraction | None, parts: dict[str, Fraction]) -> Fraction:
        summed = sum(parts.values(), Fraction(0)) if len(parts) == len(PARTS) else None
        if total is None and summed is None:
            self._fault("skd", Message("neither the total nor all three parts are given"))
        if total is not None and summed is not None and total != summed:
            self._fault("skd", Message("the total {total} is not the sum of its parts", total=total))
        return next((value for value in (total, summed) if value is not None), Fraction(0))

    def _date(self) -> date | None:
        written = self._cell("birth_date")
        if not written:
            return None
        for shape in ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"):
            try:
                return datetime.strptime(written, shape).date()
            except ValueError:
                continue
        self._fault("birth_date", Message("“{value}” is not a date such as 1990-12-31", value=written))
        return None
