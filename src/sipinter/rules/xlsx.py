"""Values of an XLSX file's first visible sheet: calamine reads them, its XML shows what is not plain."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from sipinter.rules.markup import iter_start_tags
from sipinter.rules.messages import Message
from sipinter.rules.sheet import (
    MAX_COLUMNS,
    MAX_ROWS,
    AnswerFault,
    AnswersError,
    AnswerSheet,
    cell_address,
    whole_file_error,
)

MAX_UNPACKED = 50_000_000
ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")

# What zipfile, zlib, expat, calamine and the reading of their values raise on damaged files.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    CalamineError,
    expat.ExpatError,
    LookupError,
    ValueError,
    OSError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    StopIteration,
)


def read_workbook(content: bytes, name: str) -> AnswerSheet:
    """The first visible sheet. AnswersError for formulas, merged cells, error values and broken files."""
    broken = Message("the file is not a sound XLSX workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise whole_file_error(name, Message("the workbook is too large when unpacked"))
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            sheet_name = _first_visible(book)
            if sheet_name is None:
                raise whole_file_error(name, Message("the workbook has no visible sheet"))
            faults = list(_unfit_cells(archive.read(sheet_path(archive, sheet_name))))
        if faults:
            raise AnswersError(name, faults)
        values = book.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False)
    except AnswersError:
        raise
    except BROKEN as error:
        raise whole_file_error(name, broken) from error
    rows: list[tuple[int, Sequence[object]]] = list(enumerate(values, start=1))
    return AnswerSheet(rows, spreadsheet=True, decimal_comma=True)


def _first_visible(book: CalamineWorkbook) -> str | None:
    for sheet in book.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            return str(sheet.name)
    return None


def sheet_path(archive: zipfile.ZipFile, sheet_name: str) -> str:
    """Where in the archive the sheet's XML stands. KeyError when the workbook does not say."""
    relation = next(
        tag.attribute("id")
        for tag in iter_start_tags(archive.read("xl/workbook.xml"))
        if tag.name == "sheet" and tag.attributes.get("name") == sheet_name
    )
    targets = {
        attributes["Id"]: attributes["Target"]
        for tag, attributes in iter_start_tags(archive.read("xl/_rels/workbook.xml.rels"))
        if tag == "Relationship"
    }
    return posixpath.normpath(posixpath.join("xl", targets[relation])).removeprefix("/")


def _unfit_cells(xml: bytes) -> Iterator[AnswerFault]:
    """A fault for each formula, error value, merged range and for cells far outside any answer sheet."""
    row, column = 0, -1
    for tag, attributes in iter_start_tags(xml):
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), -1
        elif tag == "c":
            row, column = cell_position(attributes.get("r", ""), row, column + 1)
            if row > MAX_ROWS or column >= MAX_COLUMNS:
                yield _fault(row, column, Message("the sheet reaches too far; keep only the answers"))
                return
            if attributes.get("t") == "e":
                yield _fault(row, column, Message("error value; write the level itself"))
        elif tag == "f":
            yield _fault(row, column, Message("formula; write the value itself"))
        elif tag == "mergeCell":
            area = attributes.get("ref", "")
            at_row, at_column = cell_position(area.partition(":")[0], 1, 0)
            yield AnswerFault(
                at_row,
                str(at_column + 1),
                Message("merged cells {area}; unmerge them", area=area),
                cell_address(at_row, at_column),
            )


def _fault(row: int, column: int, message: Message) -> AnswerFault:
    return AnswerFault(row, str(column + 1), message, cell_address(row, column))


def cell_position(reference: str, row: int, column: int) -> tuple[int, int]:
    """Row (from 1) and column (from 0) of an address such as B7, or the given place without one."""
    match = ADDRESS.fullmatch(reference)
    if match is None:
        return row, column
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), number - 1
