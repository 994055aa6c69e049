"""A stranger's XLSX file as the reader found it, and the sentences for what cannot be used."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.evidence.reader import faults, plain_cells
from sipinter.foundation.evidence.reader.faults import ReaderFault
from sipinter.foundation.evidence.reading_turns import read_once
from sipinter.foundation.evidence.storage import store
from sipinter.rules.sheet import cell_address
from sipinter.rules.sheets import OLE

MAX_BYTES = 5_000_000
MAX_FAULTS = 100


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


def read_plain_cells(body: bytes, sheets: list[str]) -> dict[str, Any]:
    """What the reader, apart from this process, finds in the sheets (`reader.plain_cells`).

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
    sha256 = hashlib.sha256(body).hexdigest()
    with store.incoming_file() as file:
        file.write(body)
        try:
            found: dict[str, Any] = read_once("plain_cells", store.flushed_path(file), sha256, sheets=sheets)
        except ReaderFault as fault:
            raise invalid_file(_refusal(fault.code)) from fault
    return found


def _refusal(code: str) -> str:
    match code:
        case faults.BOMB | faults.TOO_HARD:
            return _("The workbook is far too large once unpacked.")
        case faults.MACROS:
            return _("The workbook carries macros. Save it as XLSX without macros.")
        case faults.FOREIGN:
            return _("The file is no XLSX workbook. Save it as XLSX (Excel workbook).")
        case faults.LINKS:
            return _("The workbook has links to other files or data sources. Remove them.")
        case faults.ENCLOSED:
            return _("The workbook has other files inside. Remove them.")
    return damaged_file()


def damaged_file() -> str:
    """The sentence for a file that cannot be read."""
    return _("The file is damaged or no XLSX workbook. Save it again as XLSX (Excel workbook).")


def unfit_cell_faults(sheet: str, found: list[list[Any]]) -> list[WorkbookFault]:
    """The cells that are not plain, each with its sentence."""
    return [cell_fault(sheet, row, column, _unfit(kind, area)) for row, column, kind, area in found]


def _unfit(kind: str, area: str) -> str:
    match kind:
        case plain_cells.FAR:
            return _("the sheet reaches too far; empty the cells outside the table")
        case plain_cells.ERROR:
            return _("error value; write the value itself")
        case plain_cells.FORMULA:
            return _("formula; write the value itself")
    return _("merged cells %(area)s; unmerge them") % {"area": area}
