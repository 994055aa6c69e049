"""The rows of a CSV or XLSX file, with what makes such a file unfit to be read.

A spreadsheet must hold plain values: formulas (their value may be stale), merged cells
and error values are refused with their addresses.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sipinter.rules.messages import Message

MAX_BYTES = 5_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_FAULTS = 200
DELIMITERS = (",", ";", "\t")
OLE = b"\xd0\xcf\x11\xe0"


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
class Sheet:
    """Rows with their numbers; cells are str in CSV, in XLSX also float, bool or dates."""

    rows: list[tuple[int, Sequence[object]]]
    spreadsheet: bool = False
    decimal_comma: bool = False
    faults: list[AnswerFault] = field(default_factory=list)

    def fault(self, row: int, column: int, heading: str, message: Message) -> AnswerFault:
        """A fault at a place of this sheet; `column` counts from 0."""
        cell = address(row, column) if self.spreadsheet else ""
        return AnswerFault(row, heading or str(column + 1), message, cell)


def read_sheet(
    source: Path | bytes, name: str, *, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS
) -> Sheet:
    """The rows of a file, or of its content; `max_rows` holds for CSV, a workbook has its own limit.

    AnswersError when it cannot be read at all.
    """
    content = source if isinstance(source, bytes) else _read(source, name, max_bytes)
    if len(content) > max_bytes:
        raise whole(name, Message("the file is larger than {limit} MB", limit=max_bytes // 1_000_000))
    if not content.strip():
        raise whole(name, Message("the file is empty"))
    if content.startswith(b"PK\x03\x04"):
        from sipinter.rules.workbook import read_workbook

        return read_workbook(content, name)
    if content.startswith(OLE):
        raise whole(name, Message("old or password-protected Excel file; save it as plain XLSX or CSV"))
    return _read_csv(content, name, max_rows)


def whole(name: str, message: Message) -> AnswersError:
    """A fault of the file as a whole, placed at its beginning."""
    return AnswersError(name, [AnswerFault(1, "1", message)])


def address(row: int, column: int) -> str:
    """The cell's address: (7, 1) -> "B7"; rows count from 1, columns from 0."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{letters}{row}"


def _read(path: Path, name: str, max_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(max_bytes + 1)
    except FileNotFoundError:
        message = Message("the file does not exist")
    except IsADirectoryError:
        message = Message("this is a folder, not a file")
    except (OSError, ValueError) as error:
        message = Message("the file cannot be opened: {reason}", reason=str(error))
    raise whole(name, message)


def _read_csv(content: bytes, name: str, max_rows: int) -> Sheet:
    text = _decode(content, name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, Sequence[object]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if number > max_rows:
                raise AnswersError(name, [_too_many(number, max_rows)])
            if len(cells) > MAX_COLUMNS:
                message = Message("more than {limit} columns", limit=MAX_COLUMNS)
                raise AnswersError(name, [AnswerFault(number, str(MAX_COLUMNS + 1), message)])
            rows.append((number, cells))
    except csv.Error as error:
        fault = AnswerFault(len(rows) + 1, "1", Message("not readable as CSV: {reason}", reason=str(error)))
        raise AnswersError(name, [fault]) from None
    return Sheet(rows, decimal_comma=delimiter != ",")


def _too_many(row: int, limit: int) -> AnswerFault:
    return AnswerFault(row, "1", Message("more than {limit} rows", limit=limit))


def _decode(content: bytes, name: str) -> str:
    message = Message("wrong encoding; save the file as CSV UTF-8")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise whole(name, message)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AnswersError(name, [_at_byte(content, error.start, message)]) from None
    stray = text.find("\x00")
    if stray >= 0:
        start = len(text[:stray].encode())
        raise AnswersError(name, [_at_byte(content, start, Message("this is not a text file"))])
    return text


def _at_byte(content: bytes, position: int, message: Message) -> AnswerFault:
    """The place of a byte as row and column number, before the file could be split into cells."""
    before = content[:position]
    line = before[before.rfind(b"\n") + 1 :]
    column = max(line.count(delimiter.encode()) for delimiter in DELIMITERS) + 1
    return AnswerFault(before.count(b"\n") + 1, str(column), message)
