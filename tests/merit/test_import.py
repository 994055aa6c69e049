"""The register's exports: every planted fault is listed, nothing else, and nothing is dropped silently."""

import csv
import json
import os
import time
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from sipinter.merit.register.export import STAFF_FAULTS, Exported, write_exports
from sipinter.merit.register.faults import SENTENCES
from sipinter.merit.register.importing import Imported, import_exports
from sipinter.merit.sample import Sample, write_sample
from sipinter.rules.messages import Refusal

ON = date(2026, 7, 1)
ROWS = int(os.environ.get("SIPINTER_IMPORT_ROWS", "4000"))


def exported(tmp_path: Path, employees: int, each: int) -> tuple[Exported, list[Path]]:
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


def nothing_is_lost(found: Imported, made: Exported, listing: list[dict[str, str]], tmp_path: Path) -> None:
    """Rows read = rows written + rows listed as dropped, for every file that gives one row each."""
    gone = Counter(fault["file"] for fault in {(f["file"], f["row"]): f for f in listing
                                               if f["outcome"] == "row dropped"}.values())  # fmt: skip
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
    assert "nik" not in [name for (name, *_) in duckdb.sql(
        f"DESCRIBE SELECT * FROM '{tmp_path}/out/employee.parquet'").fetchall()]  # fmt: skip


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
