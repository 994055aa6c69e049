"""Successors: 20 for each post within its agency, and nationally; against one join of all pairs.

Targets at 5.6 million employees on two cores: 20,000 posts within their agency in 10 s with a peak memory of
2 GB, 2,000 JPT posts nationally in 30 s. The time runs from the files to the ranked list, the talent map
included. Each run is a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import duckdb
import narwhals as nw

from sipinter.merit.data.sample import FIELDS, Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.succession.candidates import order_candidates, succession_candidates
from sipinter.merit.succession.gates import EXCLUDED, gate_masks, post_checks
from sipinter.merit.succession.ranking import PostMatching, rank_successors, succession_rules
from sipinter.merit.succession.targets import post_requirements, target_posts
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import TalentRules

ON = date(2026, 7, 1)
RULES = rules_for(TalentRules, ON)
BEST = 20
PRIME = 1_000_003
JPT_SHARE = 5  # one target post in so many is a JPT Pratama, the others are administrators'
GIGABYTE = 1024 * 1024  # in the kB of /proc


def main(arguments: list[str] | None = None) -> None:
    """Prints times, peaks and hashes."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--employees", type=int, default=5_600_000)
    options.add_argument("--agencies", type=int, default=640)
    options.add_argument("--posts", type=int, default=20_000)
    options.add_argument("--jpt", type=int, default=2_000)
    options.add_argument("--naive", type=int, default=100_000, help="employees of the join of all pairs")
    options.add_argument("--run", nargs=3, metavar=("DIR", "FILE", "SCOPE"), help=argparse.SUPPRESS)
    given = options.parse_args(arguments or [])
    if given.run:
        print(json.dumps(measured(Path(given.run[0]), Path(given.run[1]), given.run[2])))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, given.employees, given.agencies, given.posts, given.jpt)
        report(
            folder, "posts.csv", "agency", f"{given.posts:,} posts within their agency", "<= 10 s, <= 2 GB"
        )
        report(folder, "jpt.csv", "national", f"{given.jpt:,} JPT posts nationally", "<= 30 s")
    with tempfile.TemporaryDirectory() as name:
        naive(Path(name), given.naive)


def write(folder: Path, employees: int, agencies: int, posts: int, jpt: int) -> None:
    """Invented staff with so many target posts more, in all agencies, and the files that list them."""
    write_sample(Sample(agencies, employees, 1), folder)
    fields = ", ".join(f"'{field}'" for field in FIELDS)
    place = f"(hash(i) % {len(FIELDS)})::BIGINT"
    table = folder / "post.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE post AS FROM '{table}'")
        connection.execute(f"""
            INSERT INTO post BY NAME
            SELECT 'T' || i AS post,
                   'A' || lpad((i // {JPT_SHARE} % {agencies} + 1)::VARCHAR, 4, '0') AS agency,
                   CASE WHEN i % {JPT_SHARE} = 0 OR i >= {posts}
                        THEN 'jpt_pratama' ELSE 'administrator' END AS tier,
                   ([{fields}])[1 + {place}] AS field, 'G' || {place} // 2 AS field_group
            FROM range({posts} + {jpt}) r(i)""")
        connection.execute(f"COPY post TO '{table}' (FORMAT parquet)")
    for name, numbers in (("posts.csv", range(posts)), ("jpt.csv", range(posts, posts + jpt))):
        (folder / name).write_text("\n".join(["post", *(f"T{n}" for n in numbers)]) + "\n", encoding="utf-8")


def report(folder: Path, file: str, scope: str, what: str, target: str) -> None:
    command = [sys.executable, "-m", "bench.succession", "--run", str(folder), str(folder / file), scope]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    print(
        f"{what}: {found['seconds']:.1f} s, cpu {found['cpu']:.1f} s, peak {found['peak']:.2f} GB ({target})"
    )
    sizes = f"{found['rows']:,} rows of {found['pairs']:,} pairs, {found['ready']:,} ready"
    print(f"  {sizes}; hash {found['hash']}")


def measured(folder: Path, listed: Path, scope: str) -> dict[str, float]:
    """One succession: seconds from the files to the list, processor time, peak memory in GB, hash."""
    start = perf_counter()
    staff = Staff.from_folder(folder)
    found = rank_successors(staff, RULES, listed, scope, BEST, ON)
    best = staff.engine.keep(found.best)
    seconds = perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    sums = staff.engine.rows(found.posts.select(nw.col("candidates").sum(), nw.col("ready").sum()))[0]
    rows, total = hashed(staff, best)
    return {
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "peak": peak(),
        "rows": rows,
        "pairs": int(sums["candidates"]),
        "ready": int(sums["ready"]),
        "hash": total,
    }


def peak() -> float:
    """Highest resident memory of this process in GB (getrusage would count that of the parent, too)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / GIGABYTE


def hashed(staff: Staff, best: nw.LazyFrame) -> tuple[int, int]:
    """Rows, and an order-free hash of who stands where in the lists of which posts."""
    number = nw.col("post").str.slice(1).cast(nw.Int64) + 1
    part = (nw.col("nip") % PRIME) * ((number * 31 + nw.col("rank")) % PRIME)
    row = staff.engine.rows(best.select(rows=nw.len(), total=part.sum()))[0]
    return int(row["rows"]), int(row["total"] or 0)


def naive(folder: Path, employees: int) -> None:
    """The same as one join of every post with every candidate, ranked post by post."""
    write(folder, employees, max(1, employees // 2_500), employees // 100, employees // 100)
    for file, scope in (("posts.csv", "agency"), ("jpt.csv", "national")):
        listed = folder / file
        start = perf_counter()
        staff = Staff.from_folder(folder)
        found = rank_successors(staff, RULES, listed, scope, BEST, ON)
        ours = hashed(staff, staff.engine.keep(found.best))
        profiled = perf_counter() - start
        start = perf_counter()
        staff = Staff.from_folder(folder)
        theirs = hashed(staff, staff.engine.keep(one_join(staff, listed, scope)))
        joined = perf_counter() - start
        print(f"{employees:,} employees, {employees // 100:,} posts, {scope}: by profile {profiled:.2f} s,")
        print(f"  one join of all pairs {joined:.2f} s; equal results: {ours == theirs} ({ours})")


def one_join(staff: Staff, listed: Path, scope: str) -> nw.LazyFrame:
    """Every pair judged, then ranked by post."""
    rules = succession_rules(RULES)
    gates = {tier: rules.gates[tier] for tier in ("administrator", "jpt_pratama")}
    succession = replace(rules, gates=gates if scope == "agency" else {"jpt_pratama": gates["jpt_pratama"]})
    pool = succession_candidates(staff, RULES, succession, scope, (), ON)
    targets = target_posts(staff, listed, scope)
    keys = ("for_tier", "agency") if scope == "agency" else ("for_tier",)
    matching = PostMatching(gate_masks(post_checks(succession, (), ON)), None, keys)
    ordered = order_candidates(staff.engine, pool, succession.groups[scope])
    pairs = matching.judged(post_requirements(targets, scope), ordered, "target", also="place")
    others = pairs.filter((nw.col("holds").fill_null("") != nw.col("target")) & (nw.col("status") < EXCLUDED))
    rank = nw.col("place").rank("ordinal").over("target", "status").cast(nw.Int64)
    return others.with_columns(rank=rank).filter(nw.col("rank") <= BEST).rename({"target": "post"})


if __name__ == "__main__":
    main(sys.argv[1:])
