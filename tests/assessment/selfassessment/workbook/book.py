"""A downloaded workbook in the hands of a test."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
from django.utils import translation
from python_calamine import CalamineWorkbook

from sipinter.assessment.record.models import WorkbookUpload
from sipinter.assessment.selfassessment.services.workbook import compare_workbook, export_workbook
from tests.assessment.round import Round

ANSWERS, GATES = "Indikator", "Ketentuan"
Change = Callable[[openpyxl.Workbook], Any]


def download(round_: Round, role: str = "keeper") -> bytes:
    with translation.override("id"):
        return export_workbook(round_.assessment, actor=round_.who(role))


def send_back(round_: Round, body: bytes, role: str = "keeper") -> WorkbookUpload:
    with translation.override("id"):
        return compare_workbook(round_.assessment, body, name="buku-kerja.xlsx", actor=round_.who(role))


def rows(body: bytes, sheet: str = ANSWERS) -> dict[str, int]:
    """Code -> number of its row."""
    values = (
        CalamineWorkbook.from_filelike(io.BytesIO(body))
        .get_sheet_by_name(sheet)
        .to_python(skip_empty_area=False)
    )
    return {str(row[0]): number for number, row in enumerate(values, start=1) if row[0] and number > 1}


def edited(body: bytes, change: Change) -> bytes:
    """The workbook after `change`, saved by openpyxl in the form that Excel writes."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_level(body: bytes, code: str, level: Any, note: str | None = None) -> bytes:
    """The workbook with another level, and note where one is given."""
    row = rows(body)[code]

    def change(book: openpyxl.Workbook) -> None:
        book[ANSWERS][f"D{row}"] = level
        if note is not None:
            book[ANSWERS][f"E{row}"] = note

    return edited(body, change)
