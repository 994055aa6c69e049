"""Reading exports of the national register: rows a second, CPU and memory. Target: 1,000,000 rows in 60 s.

The time ends when the facts of the day are prepared, as `staff import` does.

`python -m bench.staff_import --employees 155000` makes about a million rows in nine files, with faults.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from sipinter.merit.data.prepared_facts import prepare_facts
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.register.importer import import_exports
from sipinter.merit.register.sample_exports import write_exports

ON = date(2026, 7, 1)


def main(arguments: list[str] | None = None) -> None:
    """Prints rows, faults, time and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=155_000)
    employees = parser.parse_args(arguments or []).employees
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(Sample(max(1, employees // 9000), employees, 4), folder / "sample")
        made = write_exports(folder / "sample", folder / "export", max(1, employees // 5000))
        paths = [folder / "export" / file for file in made.rows]
        wall, cpu = perf_counter(), process_time()
        found = import_exports(paths, folder / "out", ON)
        tables = perf_counter() - wall
        prepare_facts(folder / "out", ON, engine=DuckDb())
        wall, cpu = perf_counter() - wall, process_time() - cpu
        rows = sum(found.read.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    speed = (
        f"{wall:.1f} s (<= 60; facts {wall - tables:.1f}), CPU {cpu:.1f} s, {rows / wall:,.0f} rows a second"
    )
    print(f"{rows:,} rows, {found.faults:,} faults (planted {len(made.planted):,}): {speed}, peak {peak} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
