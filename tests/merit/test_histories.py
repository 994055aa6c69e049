"""Histories beside employees: the stream of sorted tables gives what grouping and joining give."""

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.cli.main import main
from sipinter.merit.data.result import write_result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine import merge
from sipinter.merit.engine.arrow_source import MergedSource
from sipinter.merit.engine.base import Frame, StaffHistory, join_histories
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.engine.merge import MergedHistories
from sipinter.merit.population.talent import compute_talent_map

NIPS = st.one_of(st.none(), st.integers(1, 12))
FIGURES = st.one_of(st.none(), st.integers(-3, 9))
ROWS = st.lists(st.tuples(NIPS, FIGURES, FIGURES), max_size=30)


def frame(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Any) -> Frame:
    connection.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
    width = columns.count(",") + 1
    if rows:
        connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * width)})", rows)
    return nw.from_native(connection.table(name))


@settings(max_examples=60, deadline=None)
@given(st.lists(NIPS, max_size=20), ROWS, ROWS, st.booleans(), st.integers(1, 5), st.sampled_from([None, 0]))
def test_a_stream_is_what_a_join_is(
    people: list[int | None],
    first: list[Any],
    second: list[Any],
    ordered: bool,
    batch: int,
    none: int | None,
) -> None:
    """In order or not, people twice, rows of nobody, empty numbers, batches that end within somebody."""
    if ordered:
        people, first, second = (sorted(rows, key=str) for rows in (people, first, second))
    connection = ENGINE.connection
    staff = frame(connection, "people", "nip BIGINT, name VARCHAR", [(nip, f"x{nip}") for nip in people])
    read = [
        StaffHistory(
            frame(connection, "one", "nip BIGINT, a BIGINT, b BIGINT", first), ("a",), ("b",), none=none
        ),
        StaffHistory(frame(connection, "two", "nip BIGINT, c BIGINT, d BIGINT", second), ("c", "d")),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge, "BATCH", batch)
        merged = connection.from_arrow(
            MergedSource(MergedHistories(connection, staff.to_native(), staff.to_native(), read))
        )
        found, again = merged.fetchall(), merged.fetchall()
        some, count = merged.project("d, a").fetchall(), merged.count("*").fetchall()
    expected = join_histories(staff, read).select("nip", "name", "a", "b", "c", "d").to_native().fetchall()
    assert sorted(found, key=str) == sorted(again, key=str)
    assert sorted(some, key=str) == sorted(((row[5], row[2]) for row in found), key=str)
    assert count == [(len(people),)]
    columns = [histories_of(row, staff, read) for row in found]
    assert sorted(columns, key=str) == sorted(expected, key=str)


def histories_of(row: tuple[Any, ...], staff: Frame, read: list[StaffHistory]) -> tuple[Any, ...]:
    """A row in the order of the expected columns."""
    names = [*staff.collect_schema().names(), *(name for history in read for name in history.columns)]
    return tuple(dict(zip(names, row, strict=True))[name] for name in ("nip", "name", "a", "b", "c", "d"))


ENGINE = DuckDb()


@pytest.mark.parametrize("mixed", ["employee", "rating", "training"])
def test_a_table_out_of_order_is_found_while_reading_and_sorted(tmp_path: Path, mixed: str) -> None:
    """Every table is taken to be in order; where one is not, the same comes out."""
    write_sample(Sample(agencies=5, employees=3000, seed=1), tmp_path)
    expected = boxes(tmp_path)
    path = tmp_path / f"{mixed}.parquet"
    duckdb.execute(f"COPY (FROM '{path}' ORDER BY hash(nip)) TO '{tmp_path}/mixed' (FORMAT parquet)")
    (tmp_path / "mixed").replace(path)
    assert boxes(tmp_path) == expected


def boxes(folder: Path) -> list[dict[str, Any]]:
    """The map, and what a file of it holds, in the order of the NIP."""
    report = compute_talent_map(Staff.from_folder(folder, DuckDb()), date(2026, 7, 1))
    write_result(report, folder / "map.parquet")
    rows = report.staff.engine.rows(report.staff.engine.scan(folder / "map.parquet"))
    assert [row["nip"] for row in rows] == sorted(row["nip"] for row in rows)
    return rows


@pytest.mark.parametrize("size", ["2MB", "16MB"], ids=["to begin with", "while tables are merged"])
def test_too_little_memory_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: str) -> None:
    write_sample(Sample(agencies=20, employees=60_000, seed=1), tmp_path)
    monkeypatch.setenv("SIPINTER_STAFF_MEMORY", size)
    words = ["staff", "prepare", str(tmp_path), "--on", "2026-07-01", "--lang", "en"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert f"{size} of memory are not enough for this staff; set SIPINTER_STAFF_MEMORY to more" in done.stderr


def test_a_computation_leaves_no_complaint_behind(tmp_path: Path) -> None:
    """What narwhals keeps of DuckDB's types must not outlive it: it would complain when the program ends."""
    write_sample(Sample(agencies=2, employees=200, seed=1), tmp_path)
    words = ["staff", "map", str(tmp_path), "--on", "2026-07-01", "--out", str(tmp_path / "map.csv")]
    program = [sys.executable, "-c", "from sipinter.cli.main import main; main()"]
    done = subprocess.run([*program, *words], capture_output=True, text=True, check=True)
    assert done.stderr == ""
