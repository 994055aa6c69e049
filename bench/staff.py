"""Boxes and professionalism of a whole staff, in one pass, against scanning, pandas and an ORM.

Two inputs, each with baselines of its own: the tables as they are (`histories`), and the facts of the day
prepared once (`facts`, checked against the tables' hashes every time). All give the same hash of results.
Histories are merged (`merit/engine/merge.py`); the plain join, which needs no order and none of that code,
is measured beside it: it is what the merge has to beat.
Targets at 5.6 million: at most 4 times the bare scan, at least 5 times faster than pandas, at least 50 times
faster than Django's ORM over SQLite, 2 GB. Every measurement runs in a process of its own and is the best of
three (pandas and the ORM: the only one); memory is the peak of that process.
One person by the pure functions, its rows given, takes 5 ms at most (`--person` measures nothing else).
Sizes for which the machine has too little memory (to make their tables: a kilobyte an employee) are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from time import perf_counter, process_time

import narwhals as nw

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.facts import employee_facts
from sipinter.merit.data.prepared_facts import load_facts, prepare_facts
from sipinter.merit.data.result import write_result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame, Placing, StaffHistory, join_histories
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.person.competence import competence_row
from sipinter.merit.person.explain import PersonRules, explain_facts
from sipinter.merit.person.facts import fact_of
from sipinter.merit.person.talent import map_row
from sipinter.merit.population.explain import person_rows
from sipinter.merit.population.measures import compute_measures
from sipinter.merit.population.professionalism import add_professionalism
from sipinter.merit.population.talent import add_boxes
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import PerformanceRules

from ._staff_words import INDEX, NEEDED, NEEDED_FACTS, ON, PRIME, RULES

NATION = 5_600_000  # for which the targets are
SIZES = (100_000, 1_000_000, NATION, 20_000_000)
MADE_IN = 1_000  # bytes of memory an employee, while the tables are made
PERSONS = 50  # over which the time of one person is a mean
PANDAS_MOST = 6_000_000  # beyond, pandas takes more memory than a desk computer has; the join takes minutes


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by the clock and by the processor, peak of memory in bytes, what came out."""

    wall: float
    cpu: float
    memory: int
    result: object

    def over(self, other: Run) -> str:
        """How many times as long as another, by the clock and by the processor."""
        return f"{self.wall / other.wall:.1f} x (cpu {self.cpu / other.cpu:.1f} x)"

    def __str__(self) -> str:
        return f"{self.wall:8.2f} s  cpu {self.cpu:7.2f} s  {self.memory / 1e9:5.2f} GB"


def main(arguments: list[str] | None = None) -> None:
    """Prints times, memory, hashes and ratios for each size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options.add_argument("--orm", type=int, default=20_000, help="employees of the loop over model instances")
    options.add_argument("--write", action="store_true", help="also measure writing every column to Parquet")
    options.add_argument(
        "--person", action="store_true", help="measure only the pure functions of one person"
    )
    given = options.parse_args(arguments or [])
    with tempfile.TemporaryDirectory() as folder:
        measure_person(Path(folder))
    if given.person:
        return
    scaling: dict[int, dict[str, Run]] = {}
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for size in given.sizes:
        if size * MADE_IN > memory:
            print(
                f"{size:,} employees left out: {size * MADE_IN / 1e9:.0f} GB of memory to make their tables"
            )
            continue
        with tempfile.TemporaryDirectory() as folder:
            scaling[size] = compare(Path(folder), size, given.write)
    for size, ours in scaling.items():
        each = ", ".join(f"{found.wall / size * 1e6:.2f} us from {source}" for source, found in ours.items())
        print(f"{size:>12,} employees, each: {each}")
    largest = max(scaling)
    with tempfile.TemporaryDirectory() as folder:
        compare_orm(Path(folder), given.orm, largest, scaling[largest])


def measure_person(folder: Path) -> None:
    """One person by the pure functions: the mean over some, after the import, its rows given."""
    run("sample", folder, 10 * PERSONS)
    found = run("person", folder).result
    assert isinstance(found, dict)
    each = ", ".join(f"{name} {seconds * 1e3:.2f} ms" for name, seconds in found.items())
    print(f"one person: {each}; together {sum(found.values()) * 1e3:.2f} ms (<= 5 ms)")


def compare(folder: Path, size: int, write: bool) -> dict[str, Run]:
    """All measurements at one size; gives ours, from histories and from facts."""
    made = run("sample", folder, size)
    print(f"{size:,} employees; tables written in {made.wall:.1f} s, {made.memory / 1e9:.2f} GB")
    most, least = (" (<= 4)", " (>= 5)") if size >= NATION else ("", "")
    ours: dict[str, Run] = {}
    for source in ("histories", "facts"):
        if source == "facts":
            show("facts prepared once", run("prepare", folder))
        scan, ours[source] = run(f"scan_{source}", folder), run(f"engine_{source}", folder)
        show(f"{source}: bare scan", scan)
        show(
            f"{source}: ours",
            ours[source],
            f"{ours[source].over(scan)} the scan{most if source == 'histories' else ''}",
        )
        if source == "histories" and size <= PANDAS_MOST:
            joined = run("engine_joined", folder)
            equal = joined.result == ours[source].result
            show(f"{source}: plain join", joined, f"{joined.over(ours[source])} ours; equal results: {equal}")
        if size <= PANDAS_MOST:
            pandas = run(f"pandas_{source}", folder)
            equal = pandas.result == ours[source].result
            ratio = f"{pandas.over(ours[source])} ours{least}; equal results: {equal}"
            show(f"{source}: pandas", pandas, ratio)
    tables = run("scan_histories", folder)
    print(f"  from facts, against the scan of the tables: {ours['facts'].over(tables)}{most}")
    print(f"  equal results from both: {ours['histories'].result == ours['facts'].result}")
    if write:
        show("facts: every column to a file", run("write", folder))
    return ours


def compare_orm(folder: Path, size: int, largest: int, ours: dict[str, Run]) -> None:
    """The ORM at a size that a loop bears, its results against ours; then both scaled to one employee.

    The loop takes as long for each of many as of few; ours is taken at the largest size measured.
    """
    run("sample", folder, size)
    run("sqlite", folder)
    orm, same = run("orm", folder), run("engine_histories", folder)
    print(f"{size:,} employees with Django's ORM over SQLite; equal results: {orm.result == same.result}")
    show("ORM", orm, f"{orm.over(same)} ours at this size")
    for source, found in ours.items():
        wall, cpu = (getattr(orm, kind) / size / getattr(found, kind) * largest for kind in ("wall", "cpu"))
        print(f"  each employee: {wall:.0f} x (cpu {cpu:.0f} x) ours from {source} at {largest:,} (>= 50)")


def show(what: str, found: Run, ratio: str = "") -> None:
    print(f"  {what:32} {found}  {ratio}")


def run(what: str, folder: Path, *more: object) -> Run:
    """A measurement in a process of its own."""
    words = [sys.executable, "-m", "bench.staff", "--measure", what, str(folder), *map(str, more)]
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True)
    return Run(**json.loads(done.stdout.splitlines()[-1]))


def measure(what: str, folder: Path, *more: str) -> None:
    """What `run` starts: prints the Run as JSON."""
    prepared, times = TASKS[what]
    work = prepared(folder, *more)
    best: tuple[float, float, object] | None = None
    for _ in range(times):
        wall, cpu = perf_counter(), process_time()
        result = work()
        found = (perf_counter() - wall, process_time() - cpu, result)
        best = min(best or found, found, key=lambda run: run[0])
    assert best is not None
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"wall": best[0], "cpu": best[1], "memory": memory, "result": best[2]}))


def _sample(folder: Path, size: str) -> Callable[[], object]:
    agencies = max(1, min(640, int(size) // 500))
    return lambda: write_sample(Sample(agencies, int(size), 1), folder)


def _scan_histories(folder: Path) -> Callable[[], object]:
    def work() -> None:
        for name, columns in NEEDED.items():
            bare_scan(folder / f"{name}.parquet", columns)

    return work


def bare_scan(path: Path, columns: tuple[str, ...]) -> None:
    """Reads every value (a maximum would be answered from the files' statistics)."""
    import duckdb

    wanted = ", ".join(f'bit_xor(hash("{column}"))' for column in columns)
    duckdb.sql(f"SELECT {wanted} FROM '{path}'").fetchall()


class Joining(DuckDb):
    """The same engine with histories grouped and joined."""

    def beside(self, people: Frame, placed: Placing, histories: Sequence[StaffHistory]) -> Frame:
        return join_histories(placed(people), histories)


def _engine(folder: Path, known: Callable[..., Frame], engine: type[DuckDb] = DuckDb) -> Callable[[], object]:
    def work() -> object:
        staff = Staff.from_folder(folder, engine())
        read = staff, FactWindows.of(RULES, ON), rules_for(PerformanceRules, ON)
        both = add_professionalism(add_boxes(known(*read, carried=("nip",)), RULES), INDEX)
        key = nw.col("nip") % PRIME
        boxes = nw.col("map_talent_value") * 7 + nw.col("map_box")
        sums = both.select(b=(key * (boxes % PRIME)).sum(), i=(key * (nw.col("index") * 8 % PRIME)).sum())
        return [int(value) for value in staff.engine.rows(sums)[0].values()]

    return work


def _person(folder: Path) -> Callable[[], object]:
    rules, staff = PersonRules.in_force(ON), Staff.from_folder(folder, DuckDb())
    windows = FactWindows.of(rules.talent, ON)
    numbers = staff.engine.rows(staff.need("employee").select("nip").head(PERSONS))
    people = [person_rows(staff, row["nip"]) for row in numbers]

    def work() -> object:
        ends = [perf_counter()]
        facts = [fact_of(rows, windows, rules.performance) for rows in people]
        ends.append(perf_counter())
        for fact in facts:
            map_row(fact, rules.talent)
        ends.append(perf_counter())
        competences = [competence_row(rows, rules.competence, ON) for rows in people]
        ends.append(perf_counter())
        for rows, fact, competence in zip(people, facts, competences, strict=True):
            explain_facts(fact, competence, rows["employee"][0]["birth_date"], rules, ON)
        ends.append(perf_counter())
        names = ("fact_of", "map_row", "competence_row", "explain_facts")
        return {name: (b - a) / PERSONS for name, (a, b) in zip(names, pairwise(ends), strict=True)}

    return work


def _write(folder: Path) -> Callable[[], object]:
    return lambda: write_result(
        compute_measures(Staff.from_folder(folder, DuckDb()), ON), folder / "out.parquet"
    )["input_sha256"]


def _pandas(name: str) -> Callable[[Path], Callable[[], object]]:
    def prepared(folder: Path) -> Callable[[], object]:
        from . import _staff_pandas

        return lambda: getattr(_staff_pandas, name)(folder)

    return prepared


def _sqlite(folder: Path) -> Callable[[], object]:
    from ._staff_orm import to_sqlite

    return lambda: to_sqlite(folder, folder / "staff.sqlite")


def _orm(folder: Path) -> Callable[[], object]:
    from ._staff_orm import hash_of_objects, models

    made = models(folder / "staff.sqlite")
    return lambda: hash_of_objects(made)


# What is made ready before the clock starts, and how often the work is done.
TASKS: dict[str, tuple[Callable[..., Callable[[], object]], int]] = {
    "sample": (_sample, 1),
    "prepare": (lambda folder: lambda: prepare_facts(folder, ON)["on"], 1),
    "scan_histories": (_scan_histories, 3),
    "scan_facts": (lambda folder: lambda: bare_scan(folder / "facts.parquet", NEEDED_FACTS), 3),
    "engine_histories": (lambda folder: _engine(folder, employee_facts), 3),
    "engine_joined": (lambda folder: _engine(folder, employee_facts, Joining), 3),
    "engine_facts": (lambda folder: _engine(folder, load_facts), 3),
    "write": (_write, 1),
    "person": (_person, 3),
    "pandas_histories": (_pandas("hash_of_histories"), 1),
    "pandas_facts": (_pandas("hash_of_facts"), 1),
    "sqlite": (_sqlite, 1),
    "orm": (_orm, 1),
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
    else:
        main(sys.argv[1:])
