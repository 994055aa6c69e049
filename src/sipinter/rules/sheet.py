"""The rows of a file of values, and what is wrong where: below the readers of CSV and XLSX alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sipinter.rules.messages import Message

MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_FAULTS = 200


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """What is wrong where: `row` from 1, `column` a heading or number, `cell` an address such as B7."""

    row: int
    column: str
    message: Message
    cell: str = ""

    def __str__(self) -> str:
        place = f"row {self.row}, column {self.column}"
        return f"{place} (cell {self.cell}): {self.message}" if self.cell else f"{place}: {self.message}"


class AnswersError(ValueError):
    """A file of answers cannot be used; `faults` says why, row by row. `str()` gives one line a fault."""

    def __init__(self, name: str, faults: Iterable[AnswerFault]) -> None:
        self.name = name
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))[:MAX_FAULTS]
        super().__init__("\n".join(f"{name}: {fault}" for fault in self.faults))


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """Rows with their numbers; cells are str in CSV, in XLSX also float, bool or dates."""

    rows: list[tuple[int, Sequence[object]]]
    spreadsheet: bool = False
    decimal_comma: bool = False
    faults: list[AnswerFault] = field(default_factory=list)

    def fault(self, row: int, column: int, heading: str, message: Message) -> AnswerFault:
        """A fault at a place of this sheet; `column` counts from 0."""
        cell = cell_address(row, column) if self.spreadsheet else ""
        return AnswerFault(row, heading or str(column + 1), message, cell)


def whole_file_error(name: str, message: Message) -> AnswersError:
    """A fault of the file as a whole, placed at its beginning."""
    return AnswersError(name, [AnswerFault(1, "1", message)])


def cell_address(row: int, column: int) -> str:
    """The cell's address: (7, 1) -> "B7"; rows count from 1, columns from 0."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row}"
