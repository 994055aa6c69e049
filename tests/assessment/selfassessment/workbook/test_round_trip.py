"""Through the programs that people fill it in with: what comes back is equal but for the edits."""

import io
from collections.abc import Iterator

import openpyxl
import pytest

from sipinter.assessment.record.models import WorkbookUpload
from tests.assessment.round import NEW, Round

from .book import ANSWERS, GATES, download, edited, rows, send_back
from .office import Office, office

pytestmark = pytest.mark.django_db
# One a row: what spreadsheet programs are tempted to change.
NOTES = [
    "=1+1",
    "baris satu\nbaris dua\n\nbaris empat",
    "kutip “lengkung” dan <b>&amp;",
    "kolom\tsatu",
    "+62 812",
    "'apostrof",
    "x" * 19_999,
    "12/01/2026",
    "003",
    "1e5",
    "@nama",
    "emoji 😀 dan \u202bkanan\u202c",
    "TRUE",
    "-",
]
ESCAPED = "_x0041_ dan _x000D_"


@pytest.fixture(scope="module")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("office")) as started:
        yield started


@pytest.fixture
def filling() -> Round:
    round_ = Round(instrument_id=NEW).start()
    for code, note in zip(round_.assessment.answers.values_list("code", flat=True), NOTES, strict=False):
        round_.claim(code, 2, note=note)
    return round_


def changed(upload: WorkbookUpload) -> dict[str, tuple[int | None, str]]:
    """Code -> (level, note) of the rows that are not as they were downloaded."""
    return {
        code: (row["level"], row["note"])
        for code, row in upload.content["answers"].items()
        if (row["level"], row["note"]) != (row["base"]["level"], row["base"]["note"])
    }


def changed_gates(upload: WorkbookUpload) -> dict[str, str]:
    return {c: row["choice"] for c, row in upload.content["gates"].items() if row["choice"] != row["base"]}


def test_untouched_it_comes_back_as_it_went(filling: Round) -> None:
    filling.claim("8.2", 1, note=ESCAPED)
    body = download(filling)
    assert openpyxl.load_workbook(io.BytesIO(body))[ANSWERS].freeze_panes == "C2"
    upload = send_back(filling, body)
    assert changed(upload) == {}
    assert changed_gates(upload) == {}
    assert len(upload.content["answers"]) == 31


def test_libreoffice_brings_back_the_edits_and_nothing_else(filling: Round, libreoffice: Office) -> None:
    filling.claim("8.2", 1, note=ESCAPED)
    body = download(filling)
    at, gates = rows(body), rows(body, GATES)
    edits = [
        (ANSWERS, f"D{at['1.1']}", 4),
        (ANSWERS, f"E{at['1.1']}", "Ditulis di LibreOffice: “baru”\nbaris kedua"),
        (ANSWERS, f"D{at['3.1']}", 0),
        (ANSWERS, f"D{at['5.1']}", 3),
        (ANSWERS, f"E{at['5.2']}", "=SUM(1;2) sebagai teks"),
        (GATES, f"C{gates['G.kecelakaan']}", "Ya"),
    ]
    upload = send_back(filling, libreoffice.edit(body, edits))
    assert changed(upload) == {
        "1.1": (4, "Ditulis di LibreOffice: “baru”\nbaris kedua"),
        "3.1": (0, filling.answer("3.1").note),
        "5.1": (3, ""),
        "5.2": (None, "=SUM(1;2) sebagai teks"),
    }
    assert changed_gates(upload) == {"G.kecelakaan": "ya"}


def test_libreoffice_keeps_closed_cells_lists_and_the_hidden_sheet(
    filling: Round, libreoffice: Office
) -> None:
    body = download(filling)
    row = rows(body)["1.1"]
    book = openpyxl.load_workbook(io.BytesIO(libreoffice.edit(body, [])))
    page = book[ANSWERS]
    assert book["sipinter"].sheet_state == "hidden"
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book)
    assert {c for c in "ABCDEF" if not page[f"{c}{row}"].protection.locked} == {"D", "E"}
    lists = {cell for v in page.data_validations.dataValidation for cell in str(v.sqref).split()}
    assert f"D{row}" in {cell.partition(":")[0] for cell in lists}
    assert all("0,1,2,3,4" in v.formula1 for v in page.data_validations.dataValidation)
    assert (page.page_setup.orientation, str(page.page_setup.paperSize)) == ("landscape", "9")
    assert page[f"C{row}"].alignment.wrap_text


def test_excels_form_brings_back_the_edits_and_nothing_else(filling: Round) -> None:
    body = download(filling)
    at = rows(body)

    def change(book: openpyxl.Workbook) -> None:
        book[ANSWERS][f"D{at['1.2']}"] = 3
        book[ANSWERS][f"E{at['1.2']}"] = "Diubah\nbaris dua"
        book[ANSWERS][f"D{at['2.1']}"] = None

    upload = send_back(filling, edited(body, change))
    assert changed(upload) == {"1.2": (3, "Diubah\nbaris dua"), "2.1": (None, filling.answer("2.1").note)}


def test_no_cell_is_a_formula(filling: Round) -> None:
    for page in openpyxl.load_workbook(io.BytesIO(download(filling))):
        for line in page.iter_rows():
            assert not [cell.coordinate for cell in line if cell.data_type == "f"], page.title


def test_a_scoped_member_gets_their_indicators_and_no_gates(filling: Round) -> None:
    membership = filling.users["team"].memberships.get()
    membership.scope = ["1", "3.4"]
    membership.save()
    body = download(filling, "team")
    assert list(rows(body)) == ["1.1", "1.2", "1.3", "3.4"]
    assert GATES not in openpyxl.load_workbook(io.BytesIO(body)).sheetnames
