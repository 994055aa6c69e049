"""Writing the workbook. Every text is written as text, so that no program runs it as a formula."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from sipinter.rules.model import Gate, Indicator

from . import layout
from .layout import SealedWorkbook
from .seal import seal_workbook

A4 = 9
CELL = 32_767
LINE_POINTS = 12.75
TALLEST = 409.0  # points, more no row can have
INK = "#0F1B2D"
LINE = "#C3CAD5"
GROUND = "#EEF1F5"
OPEN = "#FFF8E1"


@dataclass(frozen=True)
class WorkbookRow:
    """One indicator: `remarks` are its evidence and whatever else the person should know, a line each."""

    indicator: Indicator
    aspect: str
    remarks: tuple[str, ...]


class _Book:
    """The open workbook with its formats."""

    def __init__(self, file: io.BytesIO, language: str) -> None:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self.book = xlsxwriter.Workbook(file, options)
        self.language = language
        cell = {"font_size": 10, "valign": "top", "text_wrap": True, "border": 1, "border_color": LINE}
        self.text = self.book.add_format(cell | {"num_format": "@"})
        self.head = self.book.add_format(cell | {"bold": True, "bg_color": GROUND, "font_color": INK})
        self.aspect = self.book.add_format({"bold": True, "font_size": 11, "valign": "top"})
        self.level = self.book.add_format(
            cell | {"locked": False, "bg_color": OPEN, "align": "center", "bold": True}
        )
        self.note = self.book.add_format(cell | {"locked": False, "bg_color": OPEN, "num_format": "@"})
        self.line = self.book.add_format({"text_wrap": True, "valign": "top", "font_size": 11})
        self.title = self.book.add_format({"bold": True, "font_size": 14})

    def sheet(self, name: str, widths: Iterable[int]) -> Any:
        """A protected sheet (no password) for A4 across, as wide as one page."""
        page = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.set_paper(A4)
        page.set_landscape()
        page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.set_footer("&L&A&R&P / &N")
        page.protect("", {"format_rows": True, "format_columns": True, "format_cells": False})
        return page

    def heads(self, page: Any, heads: Iterable[str]) -> None:
        for column, head in enumerate(heads):
            page.write_string(0, column, head, self.head)
        page.freeze_panes(1, 2)
        page.repeat_rows(0)


def write_workbook(
    sealed: SealedWorkbook, rows: Iterable[WorkbookRow], gates: Iterable[Gate], instructions: Iterable[str]
) -> bytes:
    """The XLSX file in the language that is switched on; `sealed` gives levels, notes and choices.

    The first line of `instructions` is the title.
    """
    file = io.BytesIO()
    book = _Book(file, sealed.language)
    _instructions(book, instructions)
    gates = list(gates)
    if gates:
        _gates(book, sealed, gates)
    _answers(book, sealed, rows)
    _seal(book, sealed, gates)
    book.book.close()
    return file.getvalue()


def _height(*cells: tuple[str, int]) -> float:
    """Points that a row needs for its wrapped texts, each with its column's width, and one line to spare.

    The programs do not measure rows themselves when they open a file that says how tall a row is by default.
    """
    lines = [
        sum(-(-len(line) // (width + width // 10)) or 1 for line in text.split("\n")) for text, width in cells
    ]
    return min(TALLEST, LINE_POINTS * (max(lines) + 1))


def _instructions(book: _Book, lines: Iterable[str]) -> None:
    page = book.sheet(layout.instructions_sheet_title(), [110])
    for place, line in enumerate(lines):
        page.write_string(place, 0, line, book.line if place else book.title)
        page.set_row(place, _height((line, 100)))


def _answers(book: _Book, sealed: SealedWorkbook, rows: Iterable[WorkbookRow]) -> None:
    page = book.sheet(layout.answers_sheet_title(), layout.WIDTHS)
    book.heads(page, layout.answer_headings())
    place, aspect = 0, ""
    for row in rows:
        if row.aspect != aspect:
            place, aspect = place + 1, row.aspect
            page.write_string(place, layout.TITLE, aspect, book.aspect)
        place += 1
        _answer(book, page, place, row, sealed)
    page.activate()


def _answer(book: _Book, page: Any, place: int, row: WorkbookRow, sealed: SealedWorkbook) -> None:
    indicator, base = row.indicator, sealed.answers[row.indicator.code]
    criteria = "\n".join(f"{one.level}. {one.criterion.in_(book.language)}" for one in indicator.levels)
    title, remarks = indicator.title.in_(book.language), "\n".join(row.remarks)[:CELL]
    texts = {layout.TITLE: title, layout.CRITERIA: criteria, layout.NOTE: base.note, layout.EVIDENCE: remarks}
    page.set_row(place, _height(*((text, layout.WIDTHS[column]) for column, text in texts.items())))
    page.write_string(place, layout.CODE, indicator.code, book.text)
    page.write_string(place, layout.TITLE, title, book.text)
    page.write_string(place, layout.CRITERIA, criteria, book.text)
    if base.level is None:
        page.write_blank(place, layout.LEVEL, None, book.level)
    else:
        page.write_number(place, layout.LEVEL, base.level, book.level)
    page.write_string(place, layout.NOTE, base.note, book.note)
    page.write_string(place, layout.EVIDENCE, remarks, book.text)
    page.data_validation(
        place,
        layout.LEVEL,
        place,
        layout.LEVEL,
        {
            "validate": "list",
            "source": [str(one.level) for one in indicator.levels],
            "input_title": _("Level"),
            "input_message": _("Level n says that the criteria up to n all hold. Empty: not filled in."),
            "error_title": _("No such level"),
            "error_message": _("Choose a level from the list."),
        },
    )


def _gates(book: _Book, sealed: SealedWorkbook, gates: list[Gate]) -> None:
    page = book.sheet(layout.gates_sheet_title(), layout.GATE_WIDTHS)
    book.heads(page, layout.gate_headings())
    for place, gate in enumerate(gates, start=1):
        titles = {choice.code: choice.title.in_(book.language) for choice in gate.choices}
        page.set_row(place, _height((gate.question.in_(book.language), layout.GATE_WIDTHS[layout.QUESTION])))
        page.write_string(place, layout.GATE_CODE, gate.code, book.text)
        page.write_string(place, layout.QUESTION, gate.question.in_(book.language), book.text)
        page.write_string(place, layout.CHOICE, titles.get(sealed.gates[gate.code].choice, ""), book.note)
        column = xlsxwriter.utility.xl_col_to_name(place)
        page.data_validation(
            place,
            layout.CHOICE,
            place,
            layout.CHOICE,
            {
                "validate": "list",
                "source": f"='{layout.SEAL}'!${column}$1:${column}${len(titles)}",
                "error_title": _("No such answer"),
                "error_message": _("Choose an answer from the list."),
            },
        )


def _seal(book: _Book, sealed: SealedWorkbook, gates: list[Gate]) -> None:
    """The hidden sheet: the seal in the first column, each gate's answers in one further to the right."""
    page = book.sheet(layout.SEAL, [20])
    page.write_string(0, 0, layout.MARK)
    for place, piece in enumerate(seal_workbook(sealed), start=1):
        page.write_string(place, 0, piece)
    for column, gate in enumerate(gates, start=1):
        for place, choice in enumerate(gate.choices):
            page.write_string(place, column, choice.title.in_(book.language))
    page.hide()
