"""The rows of a CSV or XLSX file, or why it cannot be read.

A spreadsheet must hold plain values: formulas (their value may be stale), merged cells
and error values are refused with their addresses.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from sipinter.rules.messages import Message
from sipinter.rules.sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    AnswerFault,
    AnswersError,
    AnswerSheet,
    whole_file_error,
)

MAX_BYTES = 5_000_000
DELIMITERS = (",", ";", "\t")
OLE = b"\xd0\xcf\x11\xe0"


def read_sheet(
    source: Path | bytes, name: str, *, max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS
) -> AnswerSheet:
    """The rows of a file, or of its content; `max_rows` holds for CSV, a workbook has its own limit.

    AnswersError when it cannot be read at all.
    """
    content = source if isinstance(source, bytes) else _read(source, name, max_bytes)
    if len(content) > max_bytes:
        raise whole_file_error(
            name, Message("the file is larger than {limit} MB", limit=max_bytes // 1_000_000)
        )
    if not content.strip():
        raise whole_file_error(name, Message("the file is empty"))
    if content.startswith(b"PK\x03\x04"):
        from sipinter.rules.xlsx import read_workbook

        return read_workbook(content, name)
    if content.startswith(OLE):
        raise whole_file_error(
            name, Message("old or password-protected Excel file; save it as plain XLSX or CSV")
        )
    return _read_csv(content, name, max_rows)


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
    raise whole_file_error(name, message)


def _read_csv(content: bytes, name: str, max_rows: int) -> AnswerSheet:
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
    return AnswerSheet(rows, decimal_comma=delimiter != ",")


def _too_many(row: int, limit: int) -> AnswerFault:
    return AnswerFault(row, "1", Message("more than {limit} rows", limit=limit))


def _decode(content: bytes, name: str) -> str:
    message = Message("wrong encoding; save the file as CSV UTF-8")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise whole_file_error(name, message)
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
