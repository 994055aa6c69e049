"""Tables as CSV that a spreadsheet may open without running anything."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

Cell = str | int | Decimal | None
# A text that begins so is run as a formula by spreadsheet programs (OWASP, "CSV injection").
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
CSV_TYPE = "text/csv; charset=utf-8"


def escape_formula(text: str) -> str:
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
        return plain_figure(cell)
    return escape_formula(cell) if isinstance(cell, str) else cell


def plain_figure(figure: Decimal) -> str:
    """332.500 as "332.5", without an exponent."""
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
