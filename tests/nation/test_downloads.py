"""CSV and XLSX: the same lines as the page's filter, and no cell that a spreadsheet would run."""

import csv
import io
import zipfile
from decimal import Decimal

import pytest
from django.http import HttpResponse
from python_calamine import CalamineWorkbook

from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.csv_files import csv_lines, escape_formula, plain_figure
from sipinter.nation.register.queries import register as query

from ..factories import make_agency
from .make import NEW, OLD, make_aspects, make_result, visitor

pytestmark = pytest.mark.django_db

FILTERS = [
    ("", {}),
    ("?q=kota&sort=-name", {"q": "kota", "sort": "-name"}),
    ("?year=2022", {"year": 2022}),
    ("?category=Baik&sort=score", {"category": "Baik", "sort": "score"}),
    ("?with_result=1&type=kabupaten", {"with_result": True, "type": "kabupaten"}),
    (f"?instrument={OLD}&sort=-change", {"instrument": OLD, "sort": "-change"}),
    ("?q=zzz", {"q": "zzz"}),
]


@pytest.fixture(autouse=True)
def _some() -> None:
    melati = make_agency("Pemerintah Kabupaten Melati", province="Jawa Barat", code="99.01", slug="melati")
    make_result(melati, 2021, "243")
    make_result(melati, 2022, "265")
    kenanga = make_agency("Pemerintah Kota Kenanga", "kota", code="99.71", slug="kenanga")
    make_result(kenanga, 2022, "330", source="=HYPERLINK(1)")
    make_result(kenanga, 2026, "70", NEW, category="Menengah", index="0.700")
    for number in range(60):
        make_agency(f"Pemerintah Kota B{number:02d}", "kota")


def body(response: HttpResponse) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def csv_of(address: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body(visitor().get(address)).decode(), newline="")))


def sheet_of(address: str, language: str = "en", sheet: int = 0) -> list[list[object]]:
    content = body(visitor(language).get(address))
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


@pytest.mark.parametrize(("address", "filters"), FILTERS)
def test_csv_holds_what_the_filter_finds(address: str, filters: dict[str, object]) -> None:
    found = [
        (row.name, "" if row.score is None else plain_figure(row.score), row.category or "")
        for row in query.register_rows(query.RegisterFilters(**filters))
    ]
    lines = csv_of("/daftar/unduh.csv" + address)
    assert lines[0][:2] == ["code", "agency"]
    assert [(line[1], line[7], line[9]) for line in lines[1:]] == found


@pytest.mark.parametrize(("address", "filters"), FILTERS)
def test_workbook_holds_what_the_filter_finds(address: str, filters: dict[str, object]) -> None:
    found = [
        (row.code, row.name, float(row.score) if row.score is not None else "")
        for row in query.register_rows(query.RegisterFilters(**filters))
    ]
    rows = sheet_of("/daftar/unduh.xlsx" + address)
    assert [(row[0], row[1], row[7]) for row in rows[1:]] == found


def test_one_line_in_full() -> None:
    assert csv_of("/daftar/unduh.csv?q=melati") == [
        [
            "code",
            "agency",
            "type",
            "province",
            "year",
            "round",
            "instrument",
            "score",
            "index",
            "category",
            "previous_score",
            "change",
            "source",
            "active",
            "demonstration",
        ],
        [
            "99.01",
            "Pemerintah Kabupaten Melati",
            "kabupaten",
            "Jawa Barat",
            "2022",
            "1",
            OLD,
            "265",
            "0.65",
            "Baik",
            "243",
            "22",
            "contoh.go.id",
            "1",
            "0",
        ],
    ]


def test_workbook_speaks_the_language_of_the_page() -> None:
    rows = sheet_of("/daftar/unduh.xlsx?q=melati", "id")
    assert rows[0][:5] == ["Kode", "Instansi", "Jenis", "Provinsi", "Tahun"]
    assert rows[1] == [
        "99.01",
        "Pemerintah Kabupaten Melati",
        "Kabupaten",
        "Jawa Barat",
        2022.0,
        1.0,
        "PermenPANRB Nomor 40 Tahun 2018",
        265.0,
        0.65,
        "Baik",
        243.0,
        22.0,
        "contoh.go.id",
        1.0,
        0.0,
    ]
    notes = [row[0] for row in sheet_of("/daftar/unduh.xlsx?q=melati", "id", sheet=1)]
    assert notes[2] == "Saringan: q = melati"


def test_download_of_an_address_that_does_not_hold_is_the_unfiltered_one() -> None:
    assert len(csv_of("/daftar/unduh.csv?type=desa&sort=x&year=abc")) == 63


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+62", "'+62"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("  =cmd|' /C calc'!A0", "'  =cmd|' /C calc'!A0"),
        ("Kota Bandung", "Kota Bandung"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text: str, written: str) -> None:
    assert escape_formula(text) == written


def test_figures_are_not_taken_for_formulas() -> None:
    lines = list(csv_lines(["a"], [[Decimal("-9.500"), None, 3, "-9.5"]]))
    assert lines == ["a\r\n", "-9.5,,3,'-9.5\r\n"]


def test_dangerous_source_and_name_in_both_files() -> None:
    Agency.objects.filter(slug="melati").update(name='=HYPERLINK("http://x","Melati")')
    assert csv_of("/daftar/unduh.csv?type=kabupaten")[1][1] == '\'=HYPERLINK("http://x","Melati")'
    assert csv_of("/daftar/unduh.csv?year=2022&type=kota")[1][12] == "'=HYPERLINK(1)"
    assert sheet_of("/daftar/unduh.xlsx?type=kabupaten")[1][1] == '=HYPERLINK("http://x","Melati")'
    content = body(visitor().get("/daftar/unduh.xlsx?type=kabupaten"))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_agency_download_holds_results_and_aspects() -> None:
    agency = Agency.objects.get(slug="melati")
    make_aspects(agency.results.get(year=2022), "93.75", "50")
    lines = csv_of("/daftar/melati/unduh.csv")[1:]
    assert {(line[0], line[2], line[3], line[11]) for line in lines} == {
        ("Pemerintah Kabupaten Melati", "1", OLD, "contoh.go.id")
    }
    assert [(line[1], *line[4:11]) for line in lines] == [
        ("2022", "total", "", "265", "410", "", "0.65", "Baik"),
        ("2022", "aspect", "1", "37.5", "40", "93.75", "", ""),
        ("2022", "aspect", "2", "20", "40", "50", "", ""),
        ("2021", "total", "", "243", "410", "", "0.58", "Kurang"),
    ]


@pytest.mark.parametrize(
    ("address", "kind", "ending"),
    [
        ("/daftar/unduh.csv", "text/csv; charset=utf-8", ".csv"),
        ("/daftar/unduh.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        ("/daftar/melati/unduh.csv", "text/csv; charset=utf-8", ".csv"),
        ("/statistik/unduh.csv", "text/csv; charset=utf-8", ".csv"),
    ],
)
def test_headers_of_downloads(address: str, kind: str, ending: str) -> None:
    response = visitor().get(address)
    assert response["Content-Type"] == kind
    assert response["Content-Disposition"].startswith('attachment; filename="sipinter-')
    assert response["Content-Disposition"].endswith(f'{ending}"')
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
