"""Boxes and professionalism of a whole staff: against scanning the columns, pandas, and rows as objects.

All four read the same files and give the same hash. Targets: at most 4 times the bare scan, at least
5 times faster than pandas, at least 50 times faster than objects from SQLite (a loop over prefetched rows,
lighter than an ORM's). `python -m bench.staff --sizes 1000000 --objects 50000`.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, process_time

import duckdb
import narwhals as nw
import pandas as pd

from sipinter.merit.engine import Frame, Staff, open_engine
from sipinter.merit.facts import Windows, facts
from sipinter.merit.mapping import map_boxes
from sipinter.merit.professionalism import LEADERSHIP_OF, index_staff
from sipinter.merit.sample import Sample, write_sample
from sipinter.merit.tables import ACTING, AWARDS, GRADES, LEADERSHIP, RATINGS, SUB_ASPECTS, TEAMS
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import PerformanceRules, ProfessionalismRules, TalentRules
from sipinter.rules.sets.words import TIERS, group_of

ON, ON_NUMBER, YEAR = date(2026, 7, 1), 20260701, 2025
PRIME = 1_000_003
RULES = rules_for(TalentRules, ON)
INDEX = rules_for(ProfessionalismRules, ON)
NEEDED = {
    "employee": ("nip", "tier", "tier_since", "breadth", "education", "field", "field_group", "post",
                 "target_post"),
    "post": ("post", "tier", "field", "field_group"),
    "rating": ("nip", "year", "rating", "feedback"),
    "award": ("nip", "date", "award"),
    "assignment": ("nip", "start", "end", "team", "acting"),
    "assessment": ("nip", "date", "reached", "required"),
    "potential": ("nip", "date", *SUB_ASPECTS),
    "training": ("nip", "date", "kind", "leadership", "hours"),
    "discipline": ("nip", "date", "until", "grade"),
}  # fmt: skip
# Points in whole numbers for the baselines; the engine takes them from the rules.
RATING_POINTS, INDEX_RATING = (20, 40, 60, 80, 100), (1, 5, 15, 25, 30)
AWARD_POINTS, TEAM_POINTS, ACTING_POINTS = (0, 50, 70, 85, 100), (0, 50, 70, 85, 100), (0, 40, 60, 80, 100)
FEEDBACK_POINTS, BREADTH_POINTS = {1: 40, 2: 70, 3: 85, 4: 100}, {"unit": 60, "units": 80, "agencies": 100}
SCHOOL_POINTS = {"slta": 60, "d1": 60, "d2": 60, "d3": 70, "d4": 80, "s1": 80, "s2": 90, "s3": 100}
SCHOOL_INDEX = {
    "sd": 1,
    "sltp": 1,
    "slta": 5,
    "d1": 5,
    "d2": 5,
    "d3": 10,
    "d4": 15,
    "s1": 15,
    "s2": 20,
    "s3": 25,
}
GRADE_POINTS, INDEX_GRADE = (100, 75, 50, 25, 0), (5, 3, 2, 1)
GROUP_POINTS = {"structural": (150, 150, 100), "functional": (150, 150, 100), "executive": (0, 225, 175)}
X_UNIT = 3 * 10**8  # a potential of 1 in the baselines' whole numbers


def main(arguments: list[str] | None = None) -> None:
    """Prints times, hashes and ratios for each size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", type=int, nargs="+", default=[200_000])
    options.add_argument("--objects", type=int, default=20_000, help="employees of the loop over objects")
    given = options.parse_args(arguments or [])
    for size in given.sizes:
        with tempfile.TemporaryDirectory() as folder:
            compare(Path(folder), size)
    with tempfile.TemporaryDirectory() as folder:
        compare_objects(Path(folder), given.objects)


def compare(folder: Path, size: int) -> None:
    """Engine, scan and pandas at one size."""
    agencies = max(1, min(640, size // 500))
    _, made, _ = timed(lambda: write_sample(Sample(agencies, size, 1), folder))
    print(f"{size:,} employees, {agencies} agencies; written in {made:.1f} s")
    _, scan, scan_cpu = min((timed(lambda: bare_scan(folder)) for _ in range(3)), key=lambda run: run[1])
    ours, engine, engine_cpu = min(
        (timed(lambda: engine_hash(folder)) for _ in range(3)), key=lambda run: run[1]
    )
    theirs, frame, frame_cpu = timed(lambda: pandas_hash(folder))
    print(f"  scan {scan:.2f} s (cpu {scan_cpu:.2f}), engine {engine:.2f} s (cpu {engine_cpu:.2f})")
    print(f"  pandas {frame:.2f} s (cpu {frame_cpu:.2f}); equal results: {ours == theirs} ({ours})")
    print(f"  {engine / scan:.1f} x the scan (<= 4), {frame / engine:.1f} x faster than pandas (>= 5)")


def compare_objects(folder: Path, size: int) -> None:
    """Engine and objects from SQLite at a size that a loop bears."""
    write_sample(Sample(max(1, size // 500), size, 1), folder)
    database = to_sqlite(folder)
    ours, engine, _ = timed(lambda: engine_hash(folder))
    theirs, loop, _ = timed(lambda: objects_hash(database))
    print(f"{size:,} employees: objects {loop:.2f} s, engine {engine:.2f} s; equal results: {ours == theirs}")
    print(f"  {loop / engine:.1f} x faster than objects (>= 50)")


def timed(run: Callable[[], object]) -> tuple[object, float, float]:
    wall, cpu = perf_counter(), process_time()
    result = run()
    return result, perf_counter() - wall, process_time() - cpu


def bare_scan(folder: Path) -> None:
    """Reads every value of the needed columns (a maximum would be answered from the files' statistics)."""
    for table, columns in NEEDED.items():
        wanted = ", ".join(f'bit_xor(hash("{column}"))' for column in columns)
        duckdb.sql(f"SELECT {wanted} FROM '{folder}/{table}.parquet'").fetchall()


def engine_hash(folder: Path) -> tuple[int, int]:
    staff = Staff(folder, open_engine())
    known = staff.engine.keep(facts(staff, Windows.of(RULES, ON), rules_for(PerformanceRules, ON)))
    boxes = map_boxes(known, RULES)
    indexes = index_staff(known, INDEX)
    return summed(staff, boxes, "talent_value", "box"), summed(staff, indexes, "index", "index")


def summed(staff: Staff, frame: Frame, *columns: str) -> int:
    """An order-free hash of figures by NIP."""
    mixed = nw.col(columns[0]) * 7 + nw.col(columns[1])
    part = (nw.col("nip") % PRIME) * (mixed % PRIME)
    return int(staff.engine.rows(frame.select(total=part.sum()))[0]["total"])


def _number(days: pd.Series) -> pd.Series:
    stamps = pd.to_datetime(days)
    return stamps.dt.year * 10000 + stamps.dt.month * 100 + stamps.dt.day


def pandas_hash(folder: Path) -> tuple[int, int]:
    """The same in pandas: merges of grouped tables, then whole columns."""
    tables = {
        name: pd.read_parquet(folder / f"{name}.parquet", columns=list(columns))
        for name, columns in NEEDED.items()
    }
    frame = _pandas_facts(tables)
    y = (
        frame.rating.map(dict(enumerate(RATING_POINTS))) * 60
        + frame.award.map(dict(enumerate(AWARD_POINTS))) * 15
    )
    y = y + frame.team.map(dict(enumerate(TEAM_POINTS))) * 15 + frame.feedback.map(FEEDBACK_POINTS) * 10
    y = y.astype("Int64") * (X_UNIT // 100)
    tenure = (ON_NUMBER - frame.tier_since) // 10000
    steps = pd.cut(tenure, [-1, 0, 2, 4, 200], labels=[40, 60, 80, 100]).astype("Int64")
    hours = pd.cut(frame.hours, [-1, 0, 4, 9, 19, 10**6], labels=[0, 40, 60, 80, 100]).astype("Int64")
    experience = steps + frame.breadth.map(BREADTH_POINTS) + frame.acting.map(dict(enumerate(ACTING_POINTS)))
    grade = frame.grade.where(frame.serving == 0, 4).map(dict(enumerate(GRADE_POINTS)))
    x = frame.jpm.astype("Int64") * 60 + frame.potential.astype("Int64") * (X_UNIT * 5 // 8)
    x = x + experience.astype("Int64") * (X_UNIT // 30)
    x = x + (hours + frame.education.map(SCHOOL_POINTS) + frame.fit).astype("Int64") * (X_UNIT // 10)
    x = x + grade.astype("Int64") * (X_UNIT * 15 // 100)
    talent, box = (x + y + 30) // 60, _pandas_box(y, x)
    index = _pandas_index(frame)
    key = frame.nip % PRIME
    mixes = (talent * 7 + box, index * 8)
    return tuple(int((key * (mix % PRIME)).sum()) for mix in mixes)  # type: ignore[return-value]


def _pandas_box(y: pd.Series, x: pd.Series) -> pd.Series:
    rows, columns = ((axis >= 60 * X_UNIT).astype("Int64") + (axis >= 80 * X_UNIT) for axis in (y, x))
    boxes = dict(enumerate((1, 3, 6, 2, 5, 8, 4, 7, 9)))
    return (rows * 3 + columns).map(boxes).astype("Int64")


def _ranks(codes: pd.Series, order: tuple[str, ...]) -> pd.Series:
    return codes.map({code: place for place, code in enumerate(order)})


def _pandas_facts(t: dict[str, pd.DataFrame]) -> pd.DataFrame:
    frame = t["employee"].assign(tier_since=_number(t["employee"].tier_since))
    frame["wanted"] = frame.target_post.fillna(frame.post)
    post = t["post"].rename(columns={"post": "wanted", "field": "f", "field_group": "g"})[
        ["wanted", "f", "g"]
    ]
    frame = frame.merge(post, on="wanted", how="left")
    known = frame.field.notna() & frame.f.notna()
    near = (frame.field_group == frame.g).map({True: 75, False: 50})
    frame["fit"] = near.where(frame.field != frame.f, 100).where(known)
    rating = t["rating"][t["rating"].year == YEAR]
    rating = rating.assign(rating=_ranks(rating.rating, RATINGS)).groupby("nip")[["rating", "feedback"]].max()
    award = t["award"].assign(award=_ranks(t["award"].award, AWARDS), day=_number(t["award"].date))
    award = award[(award.day > 20210701) & (award.day <= ON_NUMBER)].groupby("nip")[["award"]].max()
    work = t["assignment"]
    work = work[_number(work.start) <= ON_NUMBER]
    recent = work.end.isna() | (_number(work.end) > 20240701)
    work = work.assign(team=_ranks(work.team, TEAMS).where(recent), acting=_ranks(work.acting, ACTING))
    tested = t["assessment"].assign(day=_number(t["assessment"].date))
    tested = tested[tested.day > 20230701]
    jpm = (tested.reached.astype("int64") * 200_000_000 + tested.required) // (tested.required * 2)
    mind = t["potential"].assign(day=_number(t["potential"].date))
    mind = mind[mind.day > 20230701]
    for part in (
        rating, award, work.groupby("nip")[["team", "acting"]].max(),
        tested.assign(jpm=jpm).groupby("nip")[["jpm"]].max(),
        mind.assign(potential=mind[list(SUB_ASPECTS)].sum(axis=1)).groupby("nip")[["potential"]].max(),
        _pandas_training(t["training"]), _pandas_discipline(t["discipline"]),
    ):  # fmt: skip
        frame = frame.merge(part, on="nip", how="left")
    zero = [
        "award",
        "team",
        "acting",
        "hours",
        "technical",
        "seminar",
        "leadership",
        "functional",
        "grade",
        "serving",
    ]
    frame[zero] = frame[zero].fillna(0)
    return frame


def _pandas_training(table: pd.DataFrame) -> pd.DataFrame:
    last = _number(table.date) // 10000 == YEAR
    return (
        table.assign(
            hours=table.hours.where(last),
            technical=table.hours.where(last & (table.kind == "technical")),
            seminar=(last & (table.kind == "seminar")).astype(int),
            leadership=_ranks(table.leadership, LEADERSHIP),
            functional=(table.kind == "functional").astype(int),
        )
        .groupby("nip")
        .agg({"hours": "sum", "technical": "sum", "seminar": "max", "leadership": "max", "functional": "max"})
    )


def _pandas_discipline(table: pd.DataFrame) -> pd.DataFrame:
    serving = (_number(table.until) >= ON_NUMBER).astype(int)
    return (
        table.assign(grade=_ranks(table.grade, GRADES), serving=serving)
        .groupby("nip")[["grade", "serving"]]
        .max()
    )


def _pandas_index(frame: pd.DataFrame) -> pd.Series:
    group = frame.tier.map({tier: group_of(tier) for tier in TIERS})
    own = frame.tier.map({tier: LEADERSHIP.index(code) for tier, code in LEADERSHIP_OF.items()})
    trained = (frame.leadership >= own).where(group == "structural", frame.functional == 1)
    worth = [group.map({name: points[place] for name, points in GROUP_POINTS.items()}) for place in range(3)]
    competence = worth[0] * trained + worth[1] * (frame.technical >= 20) + worth[2] * (frame.seminar == 1)
    rest = frame.education.map(SCHOOL_INDEX) + frame.rating.map(dict(enumerate(INDEX_RATING)))
    rest = rest + frame.grade.map(dict(enumerate(INDEX_GRADE)))
    return (competence + rest * 10).astype("Int64") * 10**6


def to_sqlite(folder: Path) -> Path:
    """The tables in SQLite with an index on the NIP, as an application keeps them."""
    path = folder / "staff.sqlite"
    with sqlite3.connect(path) as database:
        for name, columns in NEEDED.items():
            table = pd.read_parquet(folder / f"{name}.parquet", columns=list(columns))
            for column in table.columns:
                if column in ("date", "start", "end", "until", "tier_since"):
                    table[column] = _number(table[column])
            table.to_sql(name, database, index=False)
            database.execute(f"CREATE INDEX {name}_key ON {name} ({columns[0]})")
    return path


class Row:
    """One record as an object with attributes."""

    def __init__(self, names: tuple[str, ...], values: tuple[object, ...]) -> None:
        self.__dict__.update(zip(names, values, strict=True))

    def __getattr__(self, name: str) -> object:
        raise AttributeError(name)


def objects_hash(path: Path, chunk: int = 500) -> tuple[int, int]:
    """Employees in chunks with their records prefetched, then a loop over objects."""
    database = sqlite3.connect(path)
    posts = {row[0]: row for row in database.execute("SELECT post, tier, field, field_group FROM post")}
    columns = ", ".join(NEEDED["employee"])
    people = database.execute(f"SELECT {columns} FROM employee ORDER BY nip")
    boxes = indexes = 0
    while rows := people.fetchmany(chunk):
        staff = [Row(NEEDED["employee"], row) for row in rows]
        related = {name: _related(database, name, [p.nip for p in staff]) for name in list(NEEDED)[2:]}
        for person in staff:
            box, index = _one(
                person, {name: found.get(person.nip, []) for name, found in related.items()}, posts
            )
            boxes += box
            indexes += index
    database.close()
    return boxes, indexes


def _related(database: sqlite3.Connection, name: str, nips: list[object]) -> dict[object, list[Row]]:
    marks = ", ".join("?" * len(nips))
    columns = ", ".join(f'"{column}"' for column in NEEDED[name])
    found: dict[object, list[Row]] = {}
    for row in database.execute(f"SELECT {columns} FROM {name} WHERE nip IN ({marks})", nips):
        found.setdefault(row[0], []).append(Row(NEEDED[name], row))
    return found


def _one(person: Row, of: dict[str, list[Row]], posts: dict[object, tuple[object, ...]]) -> tuple[int, int]:
    """Hash parts of one person: of box and talent value, and of the index."""
    last = [r for r in of["rating"] if r.year == YEAR]
    rating = max((RATINGS.index(r.rating) for r in last if r.rating), default=None)
    feedback = max((r.feedback for r in last if r.feedback is not None), default=None)
    award = max((AWARDS.index(r.award) for r in of["award"] if 20210701 < r.date <= ON_NUMBER), default=0)
    begun = [r for r in of["assignment"] if r.start <= ON_NUMBER]
    team = max(
        (TEAMS.index(r.team) for r in begun if r.team and (r.end is None or r.end > 20240701)), default=0
    )
    acting = max((ACTING.index(r.acting) for r in begun if r.acting), default=0)
    tested = [r for r in of["assessment"] if r.date > 20230701]
    minds = [r for r in of["potential"] if r.date > 20230701]
    hours = sum(r.hours for r in of["training"] if r.date // 10000 == YEAR)
    grade = max((GRADES.index(r.grade) for r in of["discipline"]), default=0)
    serving = any(r.until >= ON_NUMBER for r in of["discipline"])
    fit = _fit(person, posts.get(person.target_post or person.post))
    school = SCHOOL_POINTS.get(person.education)
    key, index = person.nip % PRIME, _one_index(person, of["training"], rating, grade)
    hashed = 0 if index is None else key * (index * 8 % PRIME)
    if None in (rating, feedback, fit, school, person.tier_since) or not tested or not minds:
        return 0, hashed
    years = (ON_NUMBER - int(person.tier_since)) // 10000
    tenure = 100 if years >= 5 else 80 if years >= 3 else 60 if years >= 1 else 40
    jp = 100 if hours >= 20 else 80 if hours >= 10 else 60 if hours >= 5 else 40 if hours >= 1 else 0
    y = (
        RATING_POINTS[rating] * 60
        + (AWARD_POINTS[award] + TEAM_POINTS[team]) * 15
        + FEEDBACK_POINTS[feedback] * 10
    )
    y *= X_UNIT // 100
    jpm = max((r.reached * 200_000_000 + r.required) // (r.required * 2) for r in tested)
    total = max(sum(getattr(r, code) for code in SUB_ASPECTS) for r in minds)
    x = jpm * 60 + total * (X_UNIT * 5 // 8) + (jp + school + fit) * (X_UNIT // 10)
    x += (tenure + BREADTH_POINTS[person.breadth] + ACTING_POINTS[acting]) * (X_UNIT // 30)
    x += GRADE_POINTS[4 if serving else grade] * (X_UNIT * 15 // 100)
    row, column = ((axis >= 60 * X_UNIT) + (axis >= 80 * X_UNIT) for axis in (y, x))
    box = (1, 3, 6, 2, 5, 8, 4, 7, 9)[row * 3 + column]
    return key * (((x + y + 30) // 60 * 7 + box) % PRIME), hashed


def _fit(person: Row, post: tuple[object, ...] | None) -> int | None:
    if post is None or person.field is None or post[2] is None:
        return None
    return 100 if person.field == post[2] else 75 if person.field_group == post[3] else 50


def _one_index(person: Row, trainings: list[Row], rating: int | None, grade: int) -> int | None:
    if rating is None or person.education is None:
        return None
    group = group_of(person.tier)
    points = GROUP_POINTS[group]
    last = [r for r in trainings if r.date // 10000 == YEAR]
    if group == "structural":
        highest = max((LEADERSHIP.index(r.leadership) for r in trainings if r.leadership), default=0)
        trained = highest >= LEADERSHIP.index(LEADERSHIP_OF[person.tier])
    else:
        trained = any(r.kind == "functional" for r in trainings)
    technical = sum(r.hours for r in last if r.kind == "technical") >= 20
    total = points[0] * trained + points[1] * technical + points[2] * any(r.kind == "seminar" for r in last)
    total += (SCHOOL_INDEX[person.education] + INDEX_RATING[rating] + INDEX_GRADE[grade]) * 10
    return total * 10**6


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
