"""Tables as CSV and XLSX, safe to open: no cell that a spreadsheet would run as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import xlsxwriter
from django.utils import timezone

Cell = str | int | Decimal | None
# A text that begins so is run as a formula by spreadsheet programs (OWASP, "CSV injection").
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def safe(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Lines of CSV (RFC 4180), figures with a decimal point, nothing for None."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def line(cells: Sequence[Cell]) -> str:
        writer.writerow([_csv_cell(cell) for cell in cells])
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text

    yield line(heads)
    yield from map(line, rows)


def _csv_cell(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return plain(cell)
    return safe(cell) if isinstance(cell, str) else cell


def plain(figure: Decimal) -> str:
    """332.500 as "332.5", without an exponent."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def xlsx(
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


def attachment(name: str, ending: str) -> dict[str, str]:
    """The header that makes a browser save the answer as "sipinter-<name>-<date>.<ending>"."""
    file = f"sipinter-{name}-{timezone.localdate().isoformat()}.{ending}"
    return {"Content-Disposition": f'attachment; filename="{file}"'}
