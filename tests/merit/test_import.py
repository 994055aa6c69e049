"""The register's exports: every planted fault is listed, nothing else, and nothing is dropped silently."""

import csv
import json
import os
import time
from collections import Counter
from datetime import date
from itertools import product
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.register.faults import SENTENCES
from sipinter.merit.register.histories import find_cycles
from sipinter.merit.register.importer import StaffImportResult, import_exports
from sipinter.merit.register.sample_exports import STAFF_FAULTS, RegisterExport, write_exports
from sipinter.rules.messages import Refusal

ON = date(2026, 7, 1)
ROWS = int(os.environ.get("SIPINTER_IMPORT_ROWS", "4000"))


def exported(tmp_path: Path, employees: int, each: int) -> tuple[RegisterExport, list[Path]]:
    write_sample(Sample(agencies=max(1, employees // 2000), employees=employees, seed=4), tmp_path / "sample")
    made = write_exports(tmp_path / "sample", tmp_path / "export", each)
    return made, [tmp_path / "export" / name for name in made.rows]


def listed(out: Path) -> list[dict[str, str]]:
    with (out / "faults.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(path: Path, what: str = "*") -> list[tuple]:
    return duckdb.sql(f"SELECT {what} FROM read_parquet('{path}')").fetchall()


def test_every_planted_fault_is_listed_and_nothing_else(tmp_path: Path) -> None:
    """Show 4; SIPINTER_IMPORT_ROWS=100000 runs it whole."""
    made, paths = exported(tmp_path, ROWS, max(3, ROWS // 5000))
    started = time.perf_counter()
    found = import_exports(paths, tmp_path / "out", ON)
    seconds = time.perf_counter() - started
    planted = Counter((p.file, str(p.row or ""), p.column, p.fault) for p in made.planted)
    listing = listed(tmp_path / "out")
    got = Counter((f["file"], f["row"], f["column"], f["fault"]) for f in listing)
    assert (planted - got, got - planted) == (Counter(), Counter())
    assert len({fault for _, _, _, fault in planted}) >= 30
    assert found.faults == len(listing) == sum(planted.values())
    nothing_is_lost(found, made, listing, tmp_path)
    print(f"{sum(found.read.values())} rows, {found.faults} faults in {seconds:.1f} s")


def nothing_is_lost(
    found: StaffImportResult, made: RegisterExport, listing: list[dict[str, str]], tmp_path: Path
) -> None:
    """Rows read = rows written + rows listed as dropped, for every file that gives one row each."""
    gone = Counter(
        fault["file"]
        for fault in {(f["file"], f["row"]): f for f in listing if f["outcome"] == "row dropped"}.values()
    )
    assert made.rows["pegawai.csv"] - gone["pegawai.csv"] == found.written["employee"]
    assert made.rows["rw_skp22.csv"] - gone["rw_skp22.csv"] == found.written["rating"]
    assert made.rows["rw_hukdis.csv"] - gone["rw_hukdis.csv"] == found.written["discipline"]
    assert made.rows["rw_pendidikan.csv"] - gone["rw_pendidikan.csv"] == found.written["education"]
    trainings = made.rows["rw_diklat.csv"] + made.rows["rw_kursus.csv"]
    assert trainings - gone["rw_diklat.csv"] - gone["rw_kursus.csv"] == found.written["training"]
    counted = json.loads((tmp_path / "out/completeness.json").read_text(encoding="utf-8"))
    assert counted["all"]["employees"] == found.written["employee"]
    assert sum(row["employees"] for row in counted["by_agency_and_tier"]) == found.written["employee"]


def test_a_sound_export_has_no_faults_and_comes_back_as_it_was(tmp_path: Path) -> None:
    made, paths = exported(tmp_path, 2000, 0)
    found = import_exports([p for p in paths if p.name != "rw_diklat.csv"], tmp_path / "out", ON)
    assert (found.by_code, {p.fault for p in made.planted}) == ({}, {"encoding"})
    same = "nip, kind, tier, sex, birth_date, education, agency, unit"
    before = duckdb.sql(f"SELECT {same} FROM '{tmp_path}/sample/employee.parquet' ORDER BY nip").fetchall()
    assert rows(tmp_path / "out/employee.parquet", same) == before
    ratings = "nip, year, rating"
    before = duckdb.sql(f"SELECT {ratings} FROM '{tmp_path}/sample/rating.parquet' ORDER BY ALL").fetchall()
    assert rows(tmp_path / "out/rating.parquet", ratings) == before
    assert "nik" not in [
        name
        for (name, *_) in duckdb.sql(f"DESCRIBE SELECT * FROM '{tmp_path}/out/employee.parquet'").fetchall()
    ]


def test_the_same_exports_give_the_same_files(tmp_path: Path) -> None:
    _, paths = exported(tmp_path, 1500, 1)
    for out in "ab":
        import_exports(paths, tmp_path / out, ON)
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert "employee.parquet" in names
    assert [(tmp_path / "a" / n).read_bytes() == (tmp_path / "b" / n).read_bytes() for n in names] == [
        True
    ] * len(names)


def test_every_kind_of_fault_has_a_sentence() -> None:
    assert len(STAFF_FAULTS) >= 30
    assert all(str(sentence) for sentence in SENTENCES.values())


def test_what_cannot_be_read_at_all_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    for paths in ([other], [tmp_path / "none.csv"]):
        with pytest.raises(Refusal):
            import_exports(paths, tmp_path / "out", ON)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK nothing")
    with pytest.raises(Refusal, match=r"broken\.xlsx"):
        import_exports([broken], tmp_path / "out", ON)


HEAD = (
    "nip_baru{s}nama{s}tanggal_lahir{s}jabatan_nama{s}jenis_jabatan_id{s}instansi_kerja_id{s}tmt_jabatan"
    "{s}tahun_lulus"
)
PERSON = "'{nip}{s}Ayu Śri{s}26-09-1986{s}Pengelola Data{s}4{s}A1{s}{day}{s}2004"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}


def nip(number: int) -> int:
    return 198609262015051000 + number


def person(number: int, day: str) -> str:
    return PERSON.replace("{nip}", str(nip(number))).replace("{day}", day)


Read = tuple[dict[int, tuple], dict[str, set[str]]]


@pytest.fixture(scope="module")
def dressed(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """One person in a file of each encoding and separator, imported together: rows by NIP, faults by file."""
    folder = tmp_path_factory.mktemp("dressed")
    paths = []
    for number, (encoding, separator) in enumerate(product(ENCODINGS, SEPARATORS), 1):
        text = "\n".join(["Data Pegawai", HEAD, person(number, '"1 Februari\n2020"')])
        paths.append(folder / f"{encoding} {SEPARATORS[separator]}.txt")
        paths[-1].write_bytes(text.replace("{s}", separator).encode(encoding))
    import_exports(paths, folder / "out", ON)
    found = rows(folder / "out/employee.parquet", "nip, name, sex, tier, tier_since")
    faults: dict[str, set[str]] = {}
    for fault in listed(folder / "out"):
        faults.setdefault(fault["file"], set()).add(fault["fault"])
    return {row[0]: row[1:] for row in found}, faults


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_whatever_the_dress_of_a_text_file(dressed: Read, encoding: str, separator: str) -> None:
    employees, faults = dressed
    number = 1 + list(product(ENCODINGS, SEPARATORS)).index((encoding, separator))
    assert employees[nip(number)] == ("Ayu Śri", "male", "pelaksana", date(2020, 2, 1))
    assert faults[f"{encoding} {SEPARATORS[separator]}.txt"] == {"missing_column", "line_break"}


DATES = [
    ("01-02-2020", date(2020, 2, 1)),
    ("1/2/2020", date(2020, 2, 1)),
    ("2020-02-01", date(2020, 2, 1)),
    ("2020-02-01T00:00:00Z", date(2020, 2, 1)),
    ("2020-02-01 00:00:00", date(2020, 2, 1)),
    ("01.02.2020", date(2020, 2, 1)),
    ("1 Pebruari 2020", date(2020, 2, 1)),
    ("12-Agu-2020", date(2020, 8, 12)),
    ("43862", date(2020, 2, 1)),
    ("43862,5", date(2020, 2, 1)),
    ("31-02-2020", None),
    ("02/25/2020", None),
    ("0000-00-00", None),
    ("01-02-20", None),
    ("entah", None),
    ("12 Brumaire 2020", None),
    ("99999", None),
]


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """A person for each way to write a date, in one file: rows by NIP, faults by row of the file."""
    folder = tmp_path_factory.mktemp("dated")
    path = folder / "p.csv"
    people = [person(number, written) for number, (written, _day) in enumerate(DATES, 1)]
    path.write_text("\n".join([HEAD, *people, ""]).replace("{s}", ";"), encoding="utf-8")
    import_exports([path], folder / "out", ON)
    found = rows(folder / "out/employee.parquet", "nip, tier_since")
    faults: dict[str, set[str]] = {}
    for fault in listed(folder / "out"):
        faults.setdefault(fault["row"], set()).add(fault["fault"])
    return {row[0]: row[1:] for row in found}, faults


@pytest.mark.parametrize(("written", "day"), DATES)
def test_dates_as_people_write_them(dated: Read, written: str, day: date | None) -> None:
    employees, faults = dated
    number = 1 + DATES.index((written, day))
    assert employees[nip(number)] == (day,)
    of_row = faults.get(str(number + 1), set())  # the head is the first row
    assert bool({"not_a_date", "impossible_date"} & of_row) == (day is None)


def test_a_workbook_with_numbers_and_dates_in_its_cells(tmp_path: Path) -> None:
    from xlsxwriter import Workbook

    path = tmp_path / "p.xlsx"
    with Workbook(str(path)) as book:
        sheet, form = book.add_worksheet("Data"), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(2, 1, HEAD.split("{s}"))
        sheet.write_row(3, 1, ["198609262015051001", "Ayu", 31681, "Pengelola", 4, "A1", 43862, 2004])
        sheet.write_datetime(3, 7, date(2020, 2, 1), form)
        sheet.write_row(4, 1, [198609262015051001, "Budi", 31681, "Pengelola", 4, "A1", 43862, 2004])
        book.add_worksheet("Catatan").write(0, 0, "bukan data")
    found = import_exports([path], tmp_path / "out", ON)
    assert rows(tmp_path / "out/employee.parquet", "name, birth_date, tier_since") == [
        ("Ayu", date(1986, 9, 26), date(2020, 2, 1))
    ]
    listing = {(f["file"], f["row"], f["fault"]) for f in listed(tmp_path / "out")}
    assert ("p.xlsx [Data]", "5", "nip_rounded") in listing
    assert ("p.xlsx", "", "unknown_sheet") in listing
    assert found.by_code["nip_rounded"] == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02" * 100,
        b"\xff\xfe",
        (HEAD.replace("{s}", ";") + '\n"open').encode() + b"x;" * (10 << 20),
    ],
    ids=["empty", "binary", "mark only", "open quote"],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(content)
    with pytest.raises(Refusal, match=r"p\.csv: "):
        import_exports([path], tmp_path / "out", ON)


def test_heads_without_rows_give_an_empty_staff(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(HEAD.replace("{s}", ";") + "\n", encoding="utf-8")
    assert import_exports([path], tmp_path / "out", ON).written["employee"] == 0


def test_units_that_stand_above_themselves_are_cut_loose(tmp_path: Path) -> None:
    """A cycle of three; those that hang on it keep the unit above them, as those that hang on a root do."""
    units = tmp_path / "ref_unor.csv"
    lines = ["A,I,C", "B,I,A", "C,I,B", "D,I,C", "E,I,D", "R,I,null", "S,I,R"]
    units.write_text(
        "Id,InstansiId,DiatasanId,EselonId,NamaUnor\n" + "".join(f"{line},,Unit\n" for line in lines),
        encoding="utf-8",
    )
    write_sample(Sample(agencies=1, employees=20, seed=4), tmp_path / "sample")
    made = write_exports(tmp_path / "sample", tmp_path / "export", 0)
    others = [tmp_path / "export" / name for name in made.rows if name != "ref_unor.xlsx"]
    import_exports([units, *others], tmp_path / "out", ON)
    assert dict(rows(tmp_path / "out" / "unit.parquet", "unit, parent")) == {
        **dict.fromkeys("ABC"),
        **{"D": "C", "E": "D", "R": None, "S": "R", "A0001-U0": None},
    }
    found = [
        (f["value"], f["why"], f["outcome"]) for f in listed(tmp_path / "out") if f["fault"] == "unit_cycle"
    ]
    assert found == [
        ("C", "the units above lead back to the unit itself: A > C > B > A", "cell dropped"),
        ("A", "the units above lead back to the unit itself: B > A > C > B", "cell dropped"),
        ("B", "the units above lead back to the unit itself: C > B > A > C", "cell dropped"),
    ]


@given(st.dictionaries(st.integers(0, 12), st.integers(0, 12)))
def test_cycles_are_those_who_meet_themselves_on_the_way_up(parents: dict[int, int]) -> None:
    named = {str(unit): str(above) for unit, above in parents.items()}

    def meets_itself(unit: str) -> bool:
        above = named.get(unit)
        for _step in range(len(named)):
            if above == unit:
                return True
            above = named.get(str(above))
        return False

    assert set(find_cycles(named)) == {unit for unit in named if meets_itself(unit)}
