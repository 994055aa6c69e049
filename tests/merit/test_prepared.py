"""Facts prepared once: the same results with and without, and never from something else."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sipinter.merit.data.prepared_facts import FACTS, NOTE, prepare_facts
from sipinter.merit.data.result import Result, write_result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.choice import open_engine
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.population.measures import compute_measures
from sipinter.merit.population.professionalism import compute_professionalism
from sipinter.merit.population.talent import compute_talent_map
from sipinter.rules.messages import Refusal

from . import folders
from .folders import AYU

ON = date(2026, 7, 1)


def figures(report: Result) -> list[dict[str, Any]]:
    return sorted(report.rows(), key=lambda row: int(row["nip"]))


def prepared(report: Result) -> bool:
    """Were the facts of this report read from the prepared file?"""
    return {"facts.parquet"} == {path.name for path in report.staff.engine.scanned}  # type: ignore[attr-defined]


class Watched(DuckDb):
    """Notes which of the program's own files are read."""

    def __init__(self) -> None:
        super().__init__()
        self.scanned: set[Path] = set()

    def scan(self, path: Path) -> Any:
        if path.name == FACTS:
            self.scanned.add(path)
        return super().scan(path)


@pytest.mark.parametrize("compute", [compute_talent_map, compute_professionalism, compute_measures])
def test_the_same_file_with_and_without(tmp_path: Path, compute: Any) -> None:
    write_sample(Sample(agencies=3, employees=2000, seed=5), tmp_path)
    without, meta = (
        tmp_path / "a.parquet",
        write_result(compute(Staff.from_folder(tmp_path), ON), tmp_path / "a.parquet"),
    )
    prepare_facts(tmp_path, ON)
    report = compute(Staff.from_folder(tmp_path, Watched()), ON)
    assert write_result(report, tmp_path / "b.parquet") == meta
    assert prepared(report)
    assert without.read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_a_changed_table_is_not_overlooked(tmp_path: Path) -> None:
    folders.write(tmp_path)
    prepare_facts(tmp_path, ON)
    rows = [{"nip": AYU, "date": "2026-01-01", "until": "2026-07-01", "grade": "light"}]
    folders.write(tmp_path, discipline=rows)
    report = compute_talent_map(Staff.from_folder(tmp_path, Watched()), ON)
    assert not prepared(report)
    assert {row["nip"]: row["potential_discipline"] for row in figures(report)}[int(AYU)] == 0


def test_a_table_that_came_later_is_not_overlooked(tmp_path: Path) -> None:
    folders.write(tmp_path)
    (tmp_path / "award.csv").rename(tmp_path / "kept")
    prepare_facts(tmp_path, ON)
    (tmp_path / "kept").rename(tmp_path / "award.csv")
    report = compute_talent_map(Staff.from_folder(tmp_path, Watched()), ON)
    assert not prepared(report)
    assert figures(report)[0]["performance_award"] is not None


@pytest.mark.parametrize("spoilt", [FACTS, NOTE])
def test_a_spoilt_file_is_not_used(tmp_path: Path, spoilt: str) -> None:
    folders.write(tmp_path)
    expected = figures(compute_talent_map(Staff.from_folder(tmp_path), ON))
    prepare_facts(tmp_path, ON)
    (tmp_path / spoilt).write_bytes(b"{}")
    report = compute_talent_map(Staff.from_folder(tmp_path, Watched()), ON)
    assert not prepared(report)
    assert figures(report) == expected


def test_facts_serve_their_own_day_and_rules_only(tmp_path: Path) -> None:
    folders.write(tmp_path)
    prepare_facts(tmp_path, ON)
    assert prepared(compute_talent_map(Staff.from_folder(tmp_path, Watched()), ON))
    assert not prepared(compute_talent_map(Staff.from_folder(tmp_path, Watched()), date(2026, 7, 2)))
    # The index does not look at awards: other look-backs do not matter to it.
    assert prepared(compute_professionalism(Staff.from_folder(tmp_path, Watched()), ON))


def test_facts_of_another_program_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders.write(tmp_path)
    prepare_facts(tmp_path, ON)
    monkeypatch.setattr("sipinter.merit.data.prepared_facts._program", lambda: "another")
    assert not prepared(compute_talent_map(Staff.from_folder(tmp_path, Watched()), ON))


def test_both_results_in_one_pass_are_those_of_two(tmp_path: Path) -> None:
    write_sample(Sample(agencies=2, employees=1000, seed=9), tmp_path)
    staff = Staff.from_folder(tmp_path)
    boxes, indexes = compute_talent_map(staff, ON), compute_professionalism(staff, ON)
    expected = []
    for box, index in zip(figures(boxes), figures(indexes), strict=True):
        own = {
            name if name in ("index", "group") else f"index_{name}": value for name, value in index.items()
        }
        identity = {f"index_{name}" for name in ("nip", "agency", "unit", "post", "tier")}
        expected.append({**box, **{name: value for name, value in own.items() if name not in identity}})
    assert figures(compute_measures(Staff.from_folder(tmp_path), ON)) == expected


def test_threads_change_nothing(tmp_path: Path) -> None:
    """More than one row group, so that several threads have work."""
    write_sample(Sample(agencies=20, employees=130_000, seed=2), tmp_path)
    contents = set()
    for threads in (1, 4):
        out = tmp_path / f"{threads}.parquet"
        write_result(compute_measures(Staff.from_folder(tmp_path, DuckDb(threads)), ON), out)
        contents.add(out.read_bytes())
    assert len(contents) == 1


def test_an_engine_or_a_size_that_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_STAFF_ENGINE", "polars")
    with pytest.raises(Refusal, match="SIPINTER_STAFF_ENGINE: “polars” is not one of: duckdb, sc://"):
        open_engine()
    monkeypatch.setenv("SIPINTER_STAFF_ENGINE", "duckdb")
    monkeypatch.setenv("SIPINTER_STAFF_MEMORY", "lots")
    with pytest.raises(Refusal, match="SIPINTER_STAFF_MEMORY: “lots” is not a size such as 4GB"):
        open_engine()
