"""A file of answers: columns indicator, level and, where wanted, effort.

A gate's answer is a row too: the gate's code, then its answer. An empty level means
unanswered. All faults of a file are reported together, each with its row and column.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sipinter.rules.messages import Message
from sipinter.rules.model import Gate, Indicator, Instrument
from sipinter.rules.sheet import AnswerFault, AnswersError, AnswerSheet, whole_file_error
from sipinter.rules.sheets import read_sheet

REQUIRED = ("indicator", "level")
HEADINGS = (*REQUIRED, "effort", "note")
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,40}")
EFFORT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")
DECIMAL_NUMBER = re.compile(r"[+-]?[0-9]+[.,][0-9]*")


@dataclass(frozen=True, slots=True)
class Answers:
    """Levels by indicator (None: unanswered), answers by gate, effort of one level by indicator."""

    levels: dict[str, int | None] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)
    efforts: dict[str, Decimal] = field(default_factory=dict)


def read_answers(source: Path | bytes, instrument: Instrument, *, name: str | None = None) -> Answers:
    """The answers in a CSV or XLSX file (or its content). AnswersError with every fault.

    `name` is what the faults call the file. CSV is UTF-8, separated by comma, semicolon or tab.
    """
    label = name or (source.name if isinstance(source, Path) else "-")
    sheet = read_sheet(source, label)
    reader = _Reader(sheet, instrument)
    rows = [(number, cells) for number, cells in sheet.rows if any(_filled(cell) for cell in cells)]
    if not rows:
        raise whole_file_error(label, Message("the file is empty"))
    reader.read_headings(*rows[0])
    if not reader.faults:
        for number, cells in rows[1:]:
            reader.read_row(number, cells)
        if not rows[1:]:
            reader.fault(rows[0][0], "indicator", Message("no answers below the headings"))
    if reader.faults:
        raise AnswersError(label, reader.faults)
    return reader.answers


def _filled(cell: object) -> bool:
    return cell is not None and str(cell).strip() != ""


class _Reader:
    """Reads row after row into `answers`, or `faults`."""

    def __init__(self, sheet: AnswerSheet, instrument: Instrument) -> None:
        self.sheet, self.instrument = sheet, instrument
        self.gates = {gate.code: gate for gate in instrument.gates}
        self.columns: dict[str, int] = {}
        self.rows_by_code: dict[str, int] = {}
        self.answers = Answers()
        self.faults: list[AnswerFault] = []

    def fault(self, row: int, heading: str, message: Message) -> None:
        self.faults.append(self.sheet.fault(row, self.columns.get(heading, 0), heading, message))

    def read_headings(self, row: int, cells: Sequence[object]) -> None:
        for column, cell in enumerate(cells):
            heading = str(cell).strip().lower() if _filled(cell) else ""
            if heading and heading not in HEADINGS:
                message = Message(
                    "unknown heading “{heading}”; expected: {expected}",
                    heading=str(cell).strip()[:40],
                    expected="indicator, level, effort, note",
                )
                self.faults.append(self.sheet.fault(row, column, "", message))
            elif heading in self.columns:
                message = Message("heading “{heading}” is given twice", heading=heading)
                self.faults.append(self.sheet.fault(row, column, heading, message))
            elif heading:
                self.columns[heading] = column
        for heading in REQUIRED:
            if heading not in self.columns:
                message = Message("heading “{heading}” is missing", heading=heading)
                self.faults.append(self.sheet.fault(row, len(cells), heading, message))

    def read_row(self, row: int, cells: Sequence[object]) -> None:
        self._check_stray(row, cells)
        code = self._code(row, self._cell(cells, "indicator"))
        if code is None:
            return
        if code in self.rows_by_code:
            first = self.rows_by_code[code]
            self.fault(row, "indicator", Message("{code} is already in row {first}", code=code, first=first))
            return
        self.rows_by_code[code] = row
        if code in self.gates:
            self._read_gate(row, self.gates[code], cells)
        else:
            self._read_level(row, self.instrument.indicators[code], self._cell(cells, "level"))
            self._read_effort(row, code, self._cell(cells, "effort"))

    def _cell(self, cells: Sequence[object], heading: str) -> object:
        column = self.columns.get(heading)
        return cells[column] if column is not None and column < len(cells) else ""

    def _check_stray(self, row: int, cells: Sequence[object]) -> None:
        for column, cell in enumerate(cells):
            if _filled(cell) and column not in self.columns.values():
                self.faults.append(self.sheet.fault(row, column, "", Message("value without a heading")))

    def _code(self, row: int, cell: object) -> str | None:
        if not _filled(cell):
            self.fault(row, "indicator", Message("the code is missing"))
            return None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._numeric_code(row, float(cell))
        code = cell.strip() if isinstance(cell, str) else None
        if code is None:
            self.fault(row, "indicator", Message("write the code as text, not as a date or truth value"))
        elif code not in self.instrument.indicators and code not in self.gates:
            self.fault(row, "indicator", Message("unknown code “{code}”", code=code[:40]))
            return None
        return code

    def _numeric_code(self, row: int, number: float) -> str | None:
        """A spreadsheet turns 3.10 into the number 3.1: refuse a number that could be either code."""
        code = str(int(number)) if number.is_integer() else repr(number)
        zeros = [code + "0" * n if "." in code else f"{code}.{'0' * n}" for n in (1, 2)]
        known = [c for c in (code, *zeros) if c in self.instrument.indicators or c in self.gates]
        if len(known) == 1:
            return known[0]
        if known:
            message = Message(
                "the number {code} may mean {known}; write it as text", code=code, known=", ".join(known)
            )
        else:
            message = Message("unknown code “{code}”", code=code)
        self.fault(row, "indicator", message)
        return None

    def _read_gate(self, row: int, gate: Gate, cells: Sequence[object]) -> None:
        if _filled(self._cell(cells, "effort")):
            self.fault(row, "effort", Message("a gate takes no effort"))
        cell = self._cell(cells, "level")
        if not _filled(cell):
            return
        wanted = str(cell).strip().casefold()
        matches = [choice.code for choice in gate.choices if choice.code.casefold() == wanted]
        if len(matches) == 1:
            self.answers.gates[gate.code] = matches[0]
        else:
            known = ", ".join(choice.code for choice in gate.choices)
            message = Message("“{answer}” is not one of: {known}", answer=str(cell).strip()[:40], known=known)
            self.fault(row, "level", message)

    def _read_level(self, row: int, indicator: Indicator, cell: object) -> None:
        if not _filled(cell):
            self.answers.levels[indicator.code] = None
            return
        level = _whole_number(cell)
        lowest, highest = self.instrument.min_level, self.instrument.max_level
        if level is not None and lowest <= level <= highest:
            self.answers.levels[indicator.code] = level
            return
        shown = str(cell if level is None else level).strip()[:40]
        if level is not None:
            message = Message("level {level} is outside {min} to {max}", level=shown, min=lowest, max=highest)
        elif DECIMAL_NUMBER.fullmatch(shown):
            message = Message("level {level} is not a whole number", level=shown)
        else:
            message = Message("“{level}” is not a level", level=shown)
        self.fault(row, "level", message)

    def _read_effort(self, row: int, code: str, cell: object) -> None:
        if not _filled(cell):
            return
        text = repr(cell) if isinstance(cell, float) else str(cell).strip()
        if self.sheet.decimal_comma:
            text = text.replace(",", ".")
        effort = Decimal(text) if EFFORT.fullmatch(text) else None
        if effort is None or effort == 0:
            self.fault(row, "effort", Message("“{effort}” is not a figure above 0", effort=text[:40]))
        else:
            self.answers.efforts[code] = effort


def _whole_number(cell: object) -> int | None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if float(cell).is_integer() else None
    if isinstance(cell, str) and WHOLE_NUMBER.fullmatch(cell.strip()):
        return int(cell.strip())
    return None
