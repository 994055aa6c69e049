"""Spreadsheets as tables of text."""

import datetime
from typing import Any

from .characters import strip_control_characters
from .faults import DAMAGED, ENCRYPTED, NOT_THERE, ReaderFault

ROWS, COLUMNS = 200, 30
CELL = 300
SHEETS = 100


def spreadsheet_table(path: str, number: int) -> dict[str, Any]:
    """Sheet `number` (from 1): first 200 rows by 30 columns, with the names of all sheets.

    `{"names", "number", "rows": [[text]], "height", "width"}`; height and width are of the whole sheet.
    """
    return sheet_table(open_workbook(path), number)


def open_workbook(path: str) -> Any:
    """The workbook; ReaderFault encrypted or damaged."""
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError as error:
        raise ReaderFault(ENCRYPTED) from error
    except python_calamine.CalamineError as error:
        raise ReaderFault(DAMAGED) from error


def sheet_table(book: Any, number: int) -> dict[str, Any]:
    """As `spreadsheet_table`, of a workbook that is open."""
    import python_calamine

    names = book.sheet_names[:SHEETS]
    if not names:
        raise ReaderFault(DAMAGED)
    if not 1 <= number <= len(names):
        raise ReaderFault(NOT_THERE)
    try:
        found = book.get_sheet_by_index(number - 1)
        rows = found.to_python(skip_empty_area=True, nrows=ROWS) if found.height else []
    except python_calamine.CalamineError as error:
        raise ReaderFault(DAMAGED) from error
    shown = [[display_cell(cell) for cell in row[:COLUMNS]] for row in rows]
    return {
        "names": [strip_control_characters(name)[:60] or "-" for name in names],
        "number": number,
        "rows": shown,
        "height": found.height,
        "width": found.width,
    }


def display_cell(value: Any) -> str:
    """A cell as a person reads it in Indonesia: 332,5 and 22/11/2026."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",") if abs(value) < 1e15 else f"{value:.6e}".replace(".", ",")
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time(0)
        return value.strftime("%d/%m/%Y" if midnight else "%d/%m/%Y %H.%M")
    if isinstance(value, datetime.date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, datetime.time):
        return value.strftime("%H.%M")
    return strip_control_characters(str(value))[:CELL]
