"""Reading a workbook that came back: every fault with its place, or what the person filled in."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from sipinter.foundation.web.numbers import parse_small_int
from sipinter.rules.model import Gate, Indicator, Instrument

from . import layout
from .checks import (
    InvalidWorkbook,
    WorkbookFault,
    cell_fault,
    damaged_file,
    invalid_file,
    read_plain_cells,
    unfit_cell_faults,
)
from .layout import FilledRow, SealedWorkbook, WorkbookContent
from .seal import BrokenSeal, unseal_workbook

# What XML cannot carry, and what no text needs: control characters but tab and line feed.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
Rows = list[list[Any]]
Sheets = dict[str, dict[str, Any]]  # by name, see `reader.plain_cells`


def parse_workbook(body: bytes, *, assessment: int, instrument: Instrument, note_max: int) -> WorkbookContent:
    """What the workbook says; InvalidWorkbook with every fault that was found, in the language of the page.

    `assessment` and `instrument` are those that it must have been made for.
    """
    sheets = read_plain_cells(body, _sheet_names())
    sealed = _seal_of(sheets)
    _check_seal(sealed, assessment, instrument)
    try:
        return _Reader(sheets, sealed, instrument, note_max).content()
    except (LookupError, ValueError, OverflowError) as error:
        raise invalid_file(damaged_file()) from error


def _sheet_names() -> list[str]:
    """The sheets of a workbook, in whichever language it was made."""
    names = [layout.SEAL]
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names += [layout.answers_sheet_title(), layout.gates_sheet_title()]
    return names


def clean_cell_text(text: str) -> str:
    """The text with one kind of line end, without control characters and blanks around it."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _seal_of(sheets: Sheets) -> SealedWorkbook:
    if layout.SEAL not in sheets:
        raise invalid_file(
            _(
                "The hidden sheet “%(name)s” is missing, so it cannot be told what this workbook belongs to. "
                "Download the workbook again and copy your entries into it."
            )
            % {"name": layout.SEAL}
        )
    found = sheets[layout.SEAL]
    if found["faults"]:
        raise InvalidWorkbook(unfit_cell_faults(layout.SEAL, found["faults"]))
    cells = [row[0] if row else "" for row in found["rows"]]
    pieces = [str(cell) for cell in cells[1:] if cell != ""]
    if not cells or cells[0] != layout.MARK:
        raise invalid_file(_broken_seal())
    try:
        return unseal_workbook(pieces)
    except BrokenSeal as error:
        raise invalid_file(_broken_seal()) from error


def _broken_seal() -> str:
    return _(
        "The hidden sheet “%(name)s” was changed, or the workbook was not made by this site. "
        "Download the workbook again and copy your entries into it."
    ) % {"name": layout.SEAL}


def _check_seal(sealed: SealedWorkbook, assessment: int, instrument: Instrument) -> None:
    if sealed.assessment != assessment:
        raise invalid_file(
            _("This workbook belongs to another assessment: %(about)s.") % {"about": sealed.about}
        )
    if sealed.instrument != instrument.sha256:
        raise invalid_file(
            _("This workbook was made for another instrument or another text of it. Download it again.")
        )


class _Reader:
    """One reading: `faults` gathers, nothing stops before everything was looked at."""

    def __init__(
        self,
        sheets: Sheets,
        sealed: SealedWorkbook,
        instrument: Instrument,
        note_max: int,
    ) -> None:
        self.sheets, self.sealed = sheets, sealed
        self.instrument, self.note_max = instrument, note_max
        self.faults: list[WorkbookFault] = []
        with translation.override(sealed.language):
            self.answers_sheet, self.answer_heads = layout.answers_sheet_title(), layout.answer_headings()
            self.gates_sheet, self.gate_heads = layout.gates_sheet_title(), layout.gate_headings()

    def content(self) -> WorkbookContent:
        content = WorkbookContent(self.sealed)
        for row, code, cells in self._rows(self.answers_sheet, self.answer_heads, self.sealed.answers):
            content.answers[code] = self._answer(row, self.instrument.indicators[code], cells)
        if self.sealed.gates:
            for row, code, cells in self._rows(self.gates_sheet, self.gate_heads, self.sealed.gates):
                content.gates[code] = self._gate(row, self.instrument.gate(code), cells)
        if self.faults:
            order = {self.gates_sheet: 0, self.answers_sheet: 1}
            raise InvalidWorkbook(sorted(self.faults, key=lambda f: (order.get(f.sheet, 0), f.row, f.column)))
        return content

    def _fault(self, sheet: str, row: int, column: int, text: str) -> None:
        self.faults.append(cell_fault(sheet, row, column, text))

    def _rows(
        self, sheet: str, heads: Sequence[str], wanted: dict[str, Any]
    ) -> Iterator[tuple[int, str, list[Any]]]:
        """(row, code, cells) of each row that stands where it should; faults for whatever does not."""
        if sheet not in self.sheets:
            self.faults.append(WorkbookFault(sheet, "", _("this sheet is missing; give it back its name")))
            return
        unfit = unfit_cell_faults(sheet, self.sheets[sheet]["faults"])
        self.faults += unfit
        rows = self.sheets[sheet]["rows"]
        if rows is None:  # too many or too far away
            return
        if not self._heads_stand(sheet, heads, rows):
            return
        yield from self._known_rows(sheet, len(heads), rows, wanted, {(f.row, f.column) for f in unfit})

    def _heads_stand(self, sheet: str, heads: Sequence[str], rows: Rows) -> bool:
        first = [_text(cell) for cell in rows[0]] if rows else []
        for column, head in enumerate(heads):
            found = first[column] if column < len(first) else ""
            if found != head:
                text = _("the heading here must be “%(head)s”; columns may not be moved, added or removed")
                self._fault(sheet, 1, column, text % {"head": head})
                return False
        return True

    def _known_rows(
        self, sheet: str, width: int, rows: Rows, wanted: dict[str, Any], unfit: set[tuple[int, int]]
    ) -> Iterator[tuple[int, str, list[Any]]]:
        seen: dict[str, int] = {}
        for row, cells in enumerate(rows[1:], start=2):
            self._check_outside(sheet, width, row, cells)
            cells = [None if (row, column) in unfit else cell for column, cell in enumerate(cells[:width])]
            code = _text(cells[0])
            if not code:
                self._check_codeless(sheet, row, cells)
            elif code not in wanted:
                text = _("“%(code)s” is not in this workbook; each row keeps the code it was downloaded with")
                self._fault(sheet, row, 0, text % {"code": code[:40]})
            elif code in seen:
                text = _("%(code)s stands here again; its first row is %(row)s")
                self._fault(sheet, row, 0, text % {"code": code, "row": seen[code]})
            else:
                seen[code] = row
                yield row, code, cells
        missing = [code for code in wanted if code not in seen]
        if missing:
            text = _("these rows are missing: %(codes)s") % {"codes": ", ".join(missing)}
            self.faults.append(WorkbookFault(sheet, "", text, len(rows) + 1))

    def _check_outside(self, sheet: str, width: int, row: int, cells: list[Any]) -> None:
        for column in range(width, len(cells)):
            if _text(cells[column]):
                text = _("text outside the table is not taken over; empty this cell")
                self._fault(sheet, row, column, text)
                return

    def _check_codeless(self, sheet: str, row: int, cells: list[Any]) -> None:
        """Headings of aspects have no code; what was filled in beside one would be lost."""
        for column in (layout.LEVEL, layout.NOTE) if sheet == self.answers_sheet else (layout.CHOICE,):
            if column < len(cells) and _text(cells[column]):
                text = _("this row has no code, so it is not known what this is for")
                self._fault(sheet, row, column, text)

    def _answer(self, row: int, indicator: Indicator, cells: list[Any]) -> FilledRow:
        sheet = self.answers_sheet
        title = indicator.title.in_(self.sealed.language)
        if _words(cells[layout.TITLE]) != title.split():
            text = _("the title does not belong to code %(code)s; were rows mixed up?")
            self._fault(sheet, row, layout.TITLE, text % {"code": indicator.code})
        return FilledRow(
            self._level(row, [level.level for level in indicator.levels], cells[layout.LEVEL]),
            self._note(row, cells[layout.NOTE]),
        )

    def _level(self, row: int, levels: list[int], cell: Any) -> int | None:
        if cell is None or _text(cell) == "":
            return None
        value = _number(cell)
        if value not in levels:
            known = ", ".join(map(str, levels))
            text = _("“%(value)s” is no level; choose %(levels)s or leave it empty")
            self._fault(
                self.answers_sheet, row, layout.LEVEL, text % {"value": _text(cell)[:40], "levels": known}
            )
            return None
        return value

    def _note(self, row: int, cell: Any) -> str:
        if isinstance(cell, dict | bool):
            text = _("this is a date, a time or a yes/no value; write it as text")
            self._fault(self.answers_sheet, row, layout.NOTE, text)
            return ""
        note = clean_cell_text(_text(cell))
        if len(note) > self.note_max:
            text = _("the note has %(length)s characters; at most %(max)s are possible")
            values = {"length": len(note), "max": self.note_max}
            self._fault(self.answers_sheet, row, layout.NOTE, text % values)
        return note

    def _gate(self, row: int, gate: Gate, cells: list[Any]) -> str:
        chosen = _words(cells[layout.CHOICE]) if len(cells) > layout.CHOICE else []
        if not chosen:
            return ""
        for choice in gate.choices:
            if chosen in (choice.title.id.split(), choice.title.en.split()):
                return choice.code
        text = _("“%(value)s” is no answer to this question; choose one from the list")
        self._fault(self.gates_sheet, row, layout.CHOICE, text % {"value": " ".join(chosen)[:80]})
        return ""


def _text(cell: Any) -> str:
    """A cell as text; whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, str):
        return cell.strip()
    return str(cell["moment"]) if isinstance(cell, dict) else str(cell)


def _words(cell: Any) -> list[str]:
    return _text(cell).split()


def _number(cell: Any) -> int | None:
    """A whole number, or digits written as text; None for everything else."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return int(cell) if cell == int(cell) else None
    return parse_small_int(_text(cell), None) if isinstance(cell, str) else None
