"""The same functions on Spark Connect give the same files, to the last bit."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import narwhals as nw
import pytest

from deploy.process import free_port, running
from deploy.sail import Sail
from sipinter.merit.data.prepared_facts import prepare_facts
from sipinter.merit.data.result import write_result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.choice import open_engine
from sipinter.merit.engine.spark import Spark
from sipinter.merit.person.explain import PersonRules
from sipinter.merit.population.competence import compute_competence
from sipinter.merit.population.measures import compute_measures
from sipinter.merit.population.talent import compute_talent_map
from sipinter.merit.succession.result import compute_successors, write_successors
from sipinter.rules.messages import Refusal

from . import folders
from .odd_people import (
    TableRows,
    assert_same,
    by_person,
    by_tables,
    mass_of_people,
    odd_tables,
    write_odd_staff,
)

ON = date(2026, 7, 1)


@pytest.fixture(scope="module", autouse=True)
def _no_doctests() -> Iterator[None]:
    """pyspark takes a main module without a file, as a worker of the test run is, for a run of doctests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["__main__"], "__file__", __file__, raising=False)
        yield


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    sail = Sail(tmp_path_factory.mktemp("sail"))
    with running(sail.program), pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIPINTER_STAFF_ENGINE", sail.url)
        engine = open_engine()
        assert isinstance(engine, Spark)
        yield engine
        engine.session.stop()


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("staff")
    write_sample(Sample(agencies=3, employees=2000, seed=4), folder)
    return folder


def test_boxes_and_professionalism_from_histories(spark: Spark, staff: Path) -> None:
    ours, theirs = staff / "ours.parquet", staff / "theirs.parquet"
    assert write_result(compute_measures(Staff.from_folder(staff), ON), ours) == write_result(
        compute_measures(Staff.from_folder(staff, spark), ON), theirs
    )
    assert ours.read_bytes() == theirs.read_bytes()


def test_twenty_thousand_people_are_what_the_pure_functions_say(spark: Spark) -> None:
    folder, pure = mass_of_people()
    assert_same(pure, by_tables(folder, spark, PersonRules.in_force(ON), ON))


@pytest.mark.parametrize("kept", [0, 1])
def test_odd_people_with_half_of_the_tables(spark: Spark, tmp_path: Path, kept: int) -> None:
    """In two staffs every table but that of the employees lacks once."""
    tables = odd_tables(Random(kept), 60, ON)
    names = ["employee", *sorted(tables.keys() - {"employee"})[kept::2]]
    write_odd_staff(tmp_path, {name: tables[name] for name in names})
    rules = PersonRules.in_force(ON)
    pure = by_person(TableRows.read(tmp_path, spark).people(), rules, ON)
    assert_same(pure, by_tables(tmp_path, spark, rules, ON))


def test_competence(spark: Spark, staff: Path) -> None:
    ours, theirs = staff / "ours.csv", staff / "theirs.csv"
    meta = write_result(compute_competence(Staff.from_folder(staff), ON), ours)
    assert write_result(compute_competence(Staff.from_folder(staff, spark), ON), theirs) == meta
    assert ours.read_bytes() == theirs.read_bytes()


def kept_for_sail(spark: Spark, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """What Spark keeps by itself; Sail would compute it anew for every reader, minutes for successors."""
    return nw.from_native(spark.session.createDataFrame(frame.to_native().toArrow()))


def test_successors(spark: Spark, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All four files: the best, the posts, the exclusions, the sums."""
    monkeypatch.setattr(Spark, "keep", kept_for_sail)
    staff = tmp_path / "staff"
    write_sample(Sample(agencies=2, employees=300, seed=4), staff)
    written: list[list[bytes]] = []
    for engine in (None, spark):
        report = compute_successors(Staff.from_folder(staff, engine), ON, best=5)
        write_successors(report, tmp_path / "best.csv", tmp_path / "out.csv")
        written.append([path.read_bytes() for path in sorted(tmp_path.glob("*.csv*"))])
    assert written[0] == written[1]
    assert len(written[0]) == 4


def test_boxes_from_prepared_facts(spark: Spark, staff: Path, tmp_path: Path) -> None:
    for path in staff.glob("*.parquet"):
        (tmp_path / path.name).symlink_to(path)
    prepare_facts(tmp_path, ON)
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    write_result(compute_talent_map(Staff.from_folder(tmp_path), ON), ours)
    write_result(compute_talent_map(Staff.from_folder(tmp_path, spark), ON), theirs)
    assert ours.read_bytes() == theirs.read_bytes()


def test_tables_that_are_not_parquet_are_checked_here(spark: Spark, tmp_path: Path) -> None:
    folders.write(tmp_path)
    expected = compute_competence(Staff.from_folder(tmp_path), ON)
    found = compute_competence(Staff.from_folder(tmp_path, spark), ON)
    assert spark.rows(found.frame.sort("nip")) == expected.staff.engine.rows(expected.frame.sort("nip"))
    folders.write(tmp_path, assessment=[{"nip": "1986", "date": "2024-01-01"}])
    with pytest.raises(Refusal, match=r"assessment\.csv: row 2, column nip"):
        compute_competence(Staff.from_folder(tmp_path, spark), ON)


def test_a_cluster_that_does_not_answer_is_named() -> None:
    address = f"sc://127.0.0.1:{free_port()}"
    with pytest.raises(Refusal, match=f"{address}: cannot be reached"):
        Spark.connected(address)
