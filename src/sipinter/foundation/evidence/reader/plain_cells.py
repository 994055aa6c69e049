"""Plain cells of an XLSX workbook, and where something stands that is not plain."""

import datetime
import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from sipinter.rules.markup import StartTag, cut_pieces, iter_markup, iter_start_tags
from sipinter.rules.sheet import MAX_COLUMNS, MAX_ROWS
from sipinter.rules.xlsx import BROKEN, cell_position, sheet_path

from .archive import archive_flags, check_sizes, office_type
from .faults import BOMB, DAMAGED, ENCLOSED, FOREIGN, LINKS, MACROS, ReaderFault

MAX_UNPACKED = 25_000_000
MAX_ELEMENTS = 200_000  # of all parts: a full workbook has some 5,000
MANY = 500  # faults of one sheet, after which no more are looked for
CELL = 33_000  # characters; a spreadsheet program writes 32,767
ALL_CELLS = 4_000_000  # characters of one sheet
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Parts that only fetch from elsewhere: no workbook of ours has them, and no program adds them by itself.
FETCHING = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/webextensions/")
FAR, ERROR, FORMULA, MERGED = "far", "error", "formula", "merged"
CellFault = tuple[int, int, str, str]


def plain_cells(path: str, sheets: list[str]) -> dict[str, Any]:
    """Of each of `sheets` that the workbook has: `{"faults": [[row, column, kind, area]], "rows": [[cell]]}`.

    `row` counts from 1, `column` from 0. A cell is text, a number, true or false, or `{"moment": text}`.
    `rows` is null where a cell stands too far away, or MANY are not plain: to read them would fill the
    memory. ReaderFault for everything that is no plain workbook.
    """
    import python_calamine

    try:
        copy = copy_plain_parts(Path(path))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(copy))
        return {name: sheet_cells(copy, book, name) for name in book.sheet_names if name in sheets}
    except BROKEN as error:
        raise ReaderFault(DAMAGED) from error


def copy_plain_parts(path: Path) -> bytes:
    """The parts that hold cells, in an archive of our own making whose sizes are what they say."""
    with zipfile.ZipFile(path) as archive:
        check_kind(archive)
        file, count = io.BytesIO(), 0
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as copy:
            for entry in archive.infolist():
                if not entry.filename.lower().endswith((".xml", ".rels")):
                    continue
                part = archive.read(entry)
                for mark in iter_markup(cut_pieces(part)):  # refuses document types and what is no XML
                    count += isinstance(mark, StartTag)
                    if count > MAX_ELEMENTS:
                        raise ReaderFault(BOMB)
                copy.writestr(entry.filename, part)
    return file.getvalue()


def check_kind(archive: zipfile.ZipFile) -> None:
    """ReaderFault unless it is a workbook without macros, links and enclosed files, of a bearable size."""
    if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
        raise ReaderFault(BOMB)
    check_sizes(archive)
    names = [name.lower() for name in archive.namelist()]
    if len(set(names)) < len(names):
        raise ReaderFault(DAMAGED)
    kind, flags = office_type(archive), set(archive_flags(archive))
    if "macros" in flags or "macro" in kind.lower():
        raise ReaderFault(MACROS)
    if kind != XLSX:
        raise ReaderFault(FOREIGN)
    if flags & {"remote_content", "dde"} or any(name.startswith(FETCHING) for name in names):
        raise ReaderFault(LINKS)
    if "embedded_files" in flags:
        raise ReaderFault(ENCLOSED)


def sheet_cells(copy: bytes, book: Any, sheet: str) -> dict[str, Any]:
    """One sheet, see `plain_cells`."""
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        part = archive.read(sheet_path(archive, sheet))
    faults = list(islice(unfit_cells(part), MANY))
    if len(faults) == MANY or any(kind == FAR for _row, _column, kind, _area in faults):
        return {"faults": faults, "rows": None}
    left, rows = ALL_CELLS, []
    for cells in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False):
        rows.append([plain_value(cell) for cell in cells])
        left -= sum(len(cell) for cell in rows[-1] if isinstance(cell, str))
        if left < 0:
            raise ReaderFault(BOMB)
    return {"faults": faults, "rows": rows}


def plain_value(cell: Any) -> Any:
    """A cell as JSON has it."""
    if isinstance(cell, str):
        return cell[:CELL]
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        return {"moment": str(cell)}
    return cell


def unfit_cells(part: bytes) -> Iterator[CellFault]:
    """Each formula, error value and merged range, and the first cell far outside the table."""
    row, column = 0, -1
    for tag, attributes in iter_start_tags(part):
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), -1
        elif tag == "c":
            row, column = cell_position(attributes.get("r", ""), row, column + 1)
            if row > MAX_ROWS or column >= MAX_COLUMNS:
                yield row, column, FAR, ""
                return
            if attributes.get("t") == "e":
                yield row, column, ERROR, ""
        elif tag == "f":
            yield row, column, FORMULA, ""
        elif tag == "mergeCell":
            area = attributes.get("ref", "")[:40]
            yield *cell_position(area.partition(":")[0], 1, 0), MERGED, area
