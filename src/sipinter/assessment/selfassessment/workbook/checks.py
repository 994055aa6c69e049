"""A stranger's XLSX file before its cells are read: its size, its parts, and cells that are not plain."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.evidence.reader import archive as zips
from sipinter.foundation.evidence.reader.faults import ReaderFault
from sipinter.rules.markup import iter_start_tags
from sipinter.rules.sheet import MAX_COLUMNS, MAX_ROWS, cell_address
from sipinter.rules.sheets import OLE
from sipinter.rules.xlsx import BROKEN, cell_position, sheet_path

MAX_BYTES = 5_000_000
MAX_UNPACKED = 25_000_000
MAX_ELEMENTS = 200_000  # of all parts: a full workbook has some 5,000
MAX_FAULTS = 100
MANY = 500  # faults of one sheet, after which no more are looked for
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Parts that only fetch from elsewhere: no workbook of ours has them, and no program adds them by itself.
FETCHING = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/", "xl/webextensions/")


@dataclass(frozen=True)
class WorkbookFault:
    """What is wrong where. `sheet` empty: with the file as a whole; `cell` empty: with the whole sheet."""

    sheet: str
    cell: str
    text: str
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.sheet, self.cell])) + (": " if self.sheet else "") + self.text


class InvalidWorkbook(Invalid):
    """The workbook cannot be used; `faults` says why, place by place."""

    def __init__(self, faults: list[WorkbookFault]) -> None:
        self.faults = faults[:MAX_FAULTS]
        more = len(faults) - len(self.faults)
        self.more = ngettext("and %(num)s more", "and %(num)s more", more) % {"num": more} if more else ""
        super().__init__(_("This workbook cannot be used. Nothing was changed."))


def invalid_file(text: str) -> InvalidWorkbook:
    """A fault of the file as a whole."""
    return InvalidWorkbook([WorkbookFault("", "", text)])


def cell_fault(sheet: str, row: int, column: int, text: str) -> WorkbookFault:
    """A fault of one cell; `row` counts from 1, `column` from 0."""
    return WorkbookFault(sheet, cell_address(row, column), text, row, column)


def copy_plain_parts(body: bytes) -> bytes:
    """The parts that hold cells, in an archive of our own making whose sizes are what they say.

    InvalidWorkbook for everything that is no plain workbook.
    """
    if len(body) > MAX_BYTES:
        raise invalid_file(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // 1_000_000})
    if not body:
        raise invalid_file(_("The file is empty."))
    if body.startswith(OLE):
        raise invalid_file(
            _("An old or a password-protected Excel file. Save it as XLSX without a password.")
        )
    damaged = _("The file is damaged or no XLSX workbook. Save it again as XLSX (Excel workbook).")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            _check_kind(archive)
            return _copied(archive)
    except ReaderFault as error:
        raise invalid_file(damaged) from error
    except BROKEN as error:
        raise invalid_file(damaged) from error


def _check_kind(archive: zipfile.ZipFile) -> None:
    if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
        raise invalid_file(_("The workbook is far too large once unpacked."))
    zips.check_sizes(archive)
    names = [name.lower() for name in archive.namelist()]
    if len(set(names)) < len(names):
        raise zipfile.BadZipFile
    kind, flags = zips.office_type(archive), set(zips.archive_flags(archive))
    if "macros" in flags or "macro" in kind.lower():
        raise invalid_file(_("The workbook carries macros. Save it as XLSX without macros."))
    if kind != XLSX:
        raise invalid_file(_("The file is no XLSX workbook. Save it as XLSX (Excel workbook)."))
    if flags & {"remote_content", "dde"} or any(name.startswith(FETCHING) for name in names):
        raise invalid_file(_("The workbook has links to other files or data sources. Remove them."))
    if "embedded_files" in flags:
        raise invalid_file(_("The workbook has other files inside. Remove them."))


def _copied(archive: zipfile.ZipFile) -> bytes:
    file, count = io.BytesIO(), 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as copy:
        for entry in archive.infolist():
            if not entry.filename.lower().endswith((".xml", ".rels")):
                continue
            part = archive.read(entry)
            for _element in iter_start_tags(part):  # refuses document types and what is no XML
                count += 1
                if count > MAX_ELEMENTS:
                    raise invalid_file(_("The workbook is far too large once unpacked."))
            copy.writestr(entry.filename, part)
    return file.getvalue()


def unfit_cells(body: bytes, sheet: str) -> list[WorkbookFault]:
    """A fault for each formula, error value and merged range, and for cells far outside the table.

    With MANY of them the rest of the sheet was not looked at: do not read its cells.
    """
    return list(islice(_unfit_cells(body, sheet), MANY))


def _unfit_cells(body: bytes, sheet: str) -> Iterator[WorkbookFault]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        part = archive.read(sheet_path(archive, sheet))
    row, column = 0, -1
    for tag, attributes in iter_start_tags(part):
        if tag == "row":
            row, column = int(attributes.get("r", row + 1)), -1
        elif tag == "c":
            row, column = cell_position(attributes.get("r", ""), row, column + 1)
            if row > MAX_ROWS or column >= MAX_COLUMNS:
                text = _("the sheet reaches too far; empty the cells outside the table")
                yield cell_fault(sheet, row, column, text)
                return
            if attributes.get("t") == "e":
                yield cell_fault(sheet, row, column, _("error value; write the value itself"))
        elif tag == "f":
            yield cell_fault(sheet, row, column, _("formula; write the value itself"))
        elif tag == "mergeCell":
            area = attributes.get("ref", "")
            text = _("merged cells %(area)s; unmerge them") % {"area": area}
            yield cell_fault(sheet, *cell_position(area.partition(":")[0], 1, 0), text)
