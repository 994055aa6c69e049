"""Reading exports of the national register: rows a second, CPU and memory. Target: 1,000,000 rows in 60 s.

`python -m bench.staff_import --employees 155000` makes about a million rows in nine files, with faults.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

from sipinter.merit.register.export import write_exports
from sipinter.merit.register.importing import import_exports
from sipinter.merit.sample import Sample, write_sample

ON = date(2026, 7, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--employees", type=int, default=155_000)
    employees = parser.parse_args().employees
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(Sample(max(1, employees // 9000), employees, 4), folder / "sample")
        made = write_exports(folder / "sample", folder / "export", max(1, employees // 5000))
        paths = [folder / "export" / file for file in made.rows]
        wall, cpu = perf_counter(), process_time()
        found = import_exports(paths, folder / "out", ON)
        wall, cpu = perf_counter() - wall, process_time() - cpu
        rows = sum(found.read.values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    speed = f"{wall:.1f} s, CPU {cpu:.1f} s, {rows / wall:,.0f} rows a second, peak {peak} MB"
    print(f"{rows:,} rows, {found.faults:,} faults (planted {len(made.planted):,}): {speed}")


if __name__ == "__main__":
    main()
