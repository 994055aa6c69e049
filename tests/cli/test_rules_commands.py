"""The commands without a database: their shapes, faults and exit codes."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from sipinter.cli.main import main

CASES = Path(__file__).parents[1] / "cases"
MK = str(CASES / "mahkamah-konstitusi-2021.csv")
OLD, NEW = ("--instrument", "permenpanrb-40-2018"), ("--instrument", "permenpanrb-19-2025")
PUBLISHED = list(csv.DictReader((CASES / "published-results.csv").open(encoding="utf-8")))
LEVELS_2025 = (
    "indicator,level\nG.jenis,pusat\nG.tpp,bukan-pemda\nG.kecelakaan,tidak\nG.kematian,tidak\n1.1,4\n1.2,\n"
)


@pytest.fixture(autouse=True)
def _indonesian(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SIPINTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG", "SIPINTER_INSTRUMENTS"):
        monkeypatch.delenv(variable, raising=False)


def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)


def as_json(*arguments: str, stdin: str | None = None) -> dict:
    result = run(*arguments, "--json", stdin=stdin)
    assert (result.exit_code, result.stderr) == (0, "")
    return json.loads(result.stdout, parse_float=str)


def test_score_of_mahkamah_konstitusi() -> None:
    shape = as_json("score", MK, *OLD)
    assert {key: shape[key] for key in ("instrument", "score", "max", "index", "category", "complete")} == {
        "instrument": "permenpanrb-40-2018",
        "score": 327,
        "max": 410,
        "index": "0.81",
        "category": "Sangat Baik",
        "complete": True,
    }
    assert [(a["code"], a["score"], a["max"], a["percent"]) for a in shape["aspects"]] == [
        ("1", "37.5", 40, "93.75"),
        ("2", 38, 40, 95),
        ("3", 75, 130, "57.69"),
        ("4", 25, 40, "62.5"),
        ("5", "77.5", 80, "96.88"),
        ("6", 35, 40, "87.5"),
        ("7", 16, 16, 100),
        ("8", 23, 24, "95.83"),
    ]
    assert shape["aspects"][0]["name"] == "Perencanaan Kebutuhan"
    assert list(shape) == [
        "instrument",
        "score",
        "max",
        "index",
        "category",
        "complete",
        "aspects",
        "unanswered",
        "not_applicable",
    ]
    assert (shape["unanswered"], shape["not_applicable"]) == ([], [])


def test_score_for_people_prints_the_same_figures() -> None:
    lines = run("score", MK, *OLD).stdout.splitlines()
    assert [line.split(maxsplit=1)[1] for line in lines[1:4]] == ["327 dari 410", "0,81", "Sangat Baik"]
    assert "37,5     40  93,75" in run("score", MK, *OLD).stdout
    assert "Score       327 of 410" in run("score", MK, *OLD, "--lang", "en").stdout


def test_an_instrument_with_components_says_what_is_missing() -> None:
    shape = as_json("score", "-", *NEW, stdin=LEVELS_2025)
    assert (shape["index"], shape["category"], shape["provisional_index"]) == (None, None, "0.03")
    assert shape["components"] == [
        {"code": "maturity", "weight": "0.75", "value": "0.0321"},
        {"code": "survey", "weight": "0.25", "value": None},
    ]
    assert shape["not_applicable"] == ["4.1b", "6.4b", "6.4c"]
    assert len(shape["unanswered"]) == 27
    assert "1.2" in shape["unanswered"]


def test_with_the_survey_there_is_an_index() -> None:
    shape = as_json("score", "-", *NEW, "--survey", "0.82", stdin=LEVELS_2025)
    assert (shape["index"], shape["category"]) == ("0.23", "Dasar")
    assert shape["components"][1] == {"code": "survey", "weight": "0.25", "value": "0.82"}
    assert "provisional_index" not in shape


@pytest.mark.parametrize("row", PUBLISHED)
def test_category_agrees_with_every_published_result(row: dict[str, str]) -> None:
    shape = as_json("category", row["score"], *OLD)
    assert list(shape) == ["score", "category", "index"]
    assert (str(shape["score"]), shape["category"]) == (row["score"], row["category"])
    if row["index"]:
        assert shape["index"] == row["index"]


def test_category_prints_figures_exactly() -> None:
    assert run("category", "327", *OLD, "--json").stdout == (
        '{\n  "score": 327,\n  "category": "Sangat Baik",\n  "index": 0.81\n}\n'
    )
    assert as_json("category", "327.0", *OLD)["score"] == 327
    assert as_json("category", "37,5", *OLD)["score"] == "37.5"
    assert run("category", "249,5", *OLD).stdout == "Nilai     249,5\nKategori  Kurang\nIndeks    0,6\n"


def test_category_of_2025_needs_the_survey() -> None:
    assert as_json("category", "80", *NEW) == {
        "score": 80,
        "category": None,
        "index": None,
        "provisional_index": "0.8",
    }
    assert as_json("category", "80", *NEW, "--survey", "0,82") == {
        "score": 80,
        "category": "Tinggi",
        "index": "0.81",
    }


def test_route_prints_its_shape() -> None:
    levels = "indicator,level,effort\n" + "".join(
        f"{row['indicator']},{row['level']},{2 if row['indicator'] == '3.1' else 1}\n"
        for row in csv.DictReader(io.StringIO(Path(MK).read_text(encoding="utf-8")))
    )
    shape = as_json("route", "-", *OLD, "--target", "337", "--fix", "3.2", stdin=levels)
    assert shape == {
        "from": 327,
        "to": 337,
        "effort": 2,
        "optimal": True,
        "steps": [{"indicator": "3.3", "from": 2, "to": 4, "gain": 10, "effort": 2}],
    }


def test_route_for_people() -> None:
    shown = run("route", MK, *OLD, "--target", "332").stdout
    assert "Nilai                   327 → 332" in shown
    assert "2 → 3" in shown
    assert "Sasaran sudah tercapai." in run("route", MK, *OLD, "--target", "Baik").stdout


def test_no_route_ends_with_3_and_the_best_score() -> None:
    fixed = [part for code in ("3.1", "3.2", "3.3") for part in ("--fix", code)]
    result = run("route", MK, *OLD, "--target", "400", *fixed, "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout) == {
        "from": 327,
        "to": None,
        "best": 380,
        "effort": None,
        "optimal": False,
        "steps": [],
    }
    spoken = run("route", MK, *OLD, "--target", "400", *fixed)
    assert (spoken.exit_code, spoken.stdout) == (
        3,
        "Sasaran 400 tidak dapat dicapai; nilai terbaik yang dapat dicapai adalah 380.\n",
    )


def test_instruments_lists_counts_and_maxima() -> None:
    first, second = as_json("instruments")
    assert first["id"] == "permenpanrb-19-2025"
    assert {key: value for key, value in second.items() if key != "title"} == {
        "id": "permenpanrb-40-2018",
        "status": "reconstructed",
        "valid_from": "2019-01-01",
        "valid_until": "2025-12-31",
        "aspects": 8,
        "indicators": 37,
        "gates": 0,
        "levels": {"min": 1, "max": 4},
        "max": 410,
        "categories": ["Buruk", "Kurang", "Baik", "Sangat Baik"],
    }
    assert (first["valid_until"], first["indicators"], first["gates"], first["max"]) == (None, 31, 4, 100)
    assert "2019-01-01 – 2025-12-31" in run("instruments").stdout


def test_faults_of_a_file_are_one_line_each_with_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "jawaban.csv"
    path.write_bytes("\ufeffindicator;level\n1.1;3\n1.1;2\n9.9;1\n2.1;7\n2.2;2,5\n".encode())
    result = run("score", str(path), *OLD)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        f"{path}: baris 3, kolom indicator: 1.1 sudah ada di baris 2",
        f"{path}: baris 4, kolom indicator: kode “9.9” tidak dikenal",
        f"{path}: baris 5, kolom level: level 7 di luar rentang 1 sampai 4",
        f"{path}: baris 6, kolom level: level 2,5 bukan bilangan bulat",
    ]


def test_a_formula_is_named_by_its_cell(tmp_path: Path) -> None:
    path = tmp_path / "jawaban.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["indicator", "level"])
    sheet.write(1, 0, "1.1")
    sheet.write_formula(1, 1, "=2+1", None, 3)
    sheet.merge_range("A4:B4", "x")
    book.close()
    for command in (["score"], ["route", "--target", "Baik"]):
        result = run(command[0], str(path), *command[1:], *OLD, "--json", "--lang", "en")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.splitlines() == [
            f"{path}: row 2, column 2 (cell B2): formula; write the value itself",
            f"{path}: row 4, column 1 (cell A4): merged cells A4:B4; unmerge them",
        ]


@pytest.mark.parametrize(
    ("arguments", "stdin", "expected"),
    [
        (["score", "-", *OLD], b"", "stdin: baris 1, kolom 1: berkas kosong"),
        (
            ["score", "-", *OLD],
            b"indicator,level\n1.1,\xff\n",
            "stdin: baris 2, kolom 2: pengodean salah; simpan berkas sebagai CSV UTF-8",
        ),
        (["score", "tiada.csv", *OLD], None, "tiada.csv: baris 1, kolom 1: berkas tidak ada"),
        (
            ["score", MK, "--instrument", "x"],
            None,
            "instrumen “x” tidak dikenal; yang tersedia: permenpanrb-19-2025, permenpanrb-40-2018",
        ),
        (["score", MK, *OLD, "--survey", "0.5"], None, "instrumen permenpanrb-40-2018 tidak memiliki survei"),
        (["category", "411", *OLD], None, "nilai 411 tidak berada antara 0 dan 410"),
        (["category", "80", *NEW, "--survey", "2"], None, "hasil survei 2 tidak berada antara 0 dan 1"),
        (
            ["route", MK, *OLD, "--target", "Hebat"],
            None,
            "sasaran “Hebat” bukan nilai dan bukan salah satu dari: Buruk, Kurang, Baik, Sangat Baik",
        ),
        (["route", MK, *OLD, "--target", "400", "--fix", "9.9"], None, "indikator “9.9” tidak dikenal"),
    ],
)
def test_a_fault_ends_with_2_and_prints_nothing(
    arguments: list[str], stdin: bytes | None, expected: str
) -> None:
    result = run(*arguments, "--json", stdin=stdin)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", expected + "\n")


def test_a_figure_that_is_none_is_a_usage_fault() -> None:
    result = run("category", "banyak", *OLD)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "“banyak” bukan angka" in result.stderr


def test_an_instrument_of_ones_own_is_used_and_its_faults_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.rules.samples import SUM, write

    monkeypatch.setenv("SIPINTER_INSTRUMENTS", str(tmp_path))
    path = write(tmp_path, SUM)
    assert as_json("category", "10", "--instrument", "small-sum")["category"] == "Cukup"
    write(tmp_path, SUM.replace('max: "15"', 'max: "14"'))
    result = run("category", "10", "--instrument", "small-sum")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"{path}:35: aspect 1: max 14 is not the sum of the weights 5 x the highest level 3 = 15\n"
    )


def test_scoring_starts_neither_django_nor_the_solver() -> None:
    program = (
        "import sys; from sipinter.cli.main import main; main(sys.argv[1:], standalone_mode=False);"
        "loaded = {name.partition('.')[0] for name in sys.modules};"
        "print(sorted(loaded & {'django', 'highspy', 'python_calamine', 'numpy', 'openpyxl'}))"
    )
    arguments = [sys.executable, "-c", program, "score", MK, *OLD, "--json"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_json_survives_a_round_trip_through_stdin() -> None:
    rows = io.StringIO(Path(MK).read_text(encoding="utf-8"))
    assert as_json("score", "-", *OLD, stdin=rows.read()) == as_json("score", MK, *OLD)
