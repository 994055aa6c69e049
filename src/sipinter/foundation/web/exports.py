"""Tables as CSV and XLSX, safe to open: no cell that a spreadsheet would run as a formula."""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils import timezone

from .csv_files import Cell

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def build_xlsx(
    sheet: str, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]], notes: Iterable[str] = ()
) -> bytes:
    """A workbook: one sheet of `rows` under `heads` (text, width), and a second one with `notes`."""
    file = io.BytesIO()
    options = {"constant_memory": True, "in_memory": True, "strings_to_formulas": False}
    book = xlsxwriter.Workbook(file, options | {"strings_to_urls": False, "strings_to_numbers": False})
    bold = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(sheet[:31])
    for column, (head, width) in enumerate(heads):
        page.set_column(column, column, width)
        page.write_string(0, column, head, bold)
    page.freeze_panes(1, 0)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(last, column, cell)
            elif cell is not None:
                page.write_number(last, column, cell)
    page.autofilter(0, 0, last, len(heads) - 1)
    _write_notes(book, notes)
    book.close()
    return file.getvalue()


def _write_notes(book: xlsxwriter.Workbook, notes: Iterable[str]) -> None:
    lines = list(notes)
    if lines:
        page = book.add_worksheet("Info")
        page.set_column(0, 0, 100)
        for place, line in enumerate(lines):
            page.write_string(place, 0, line)


def export_headers(name: str, ending: str) -> dict[str, str]:
    """The header that makes a browser save the answer as "sipinter-<name>-<date>.<ending>"."""
    file = f"sipinter-{name}-{timezone.localdate().isoformat()}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{file}"'}
