"""Invented people whose rows are as odd as rows are: several a day, days on a bound, gaps, unknown codes.

And all that tables say of a staff, by the functions for one person and by an engine's expressions.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.facts import employee_facts
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import (
    ACTING,
    AWARDS,
    BREADTH,
    GRADES,
    RATINGS,
    SUB_ASPECTS,
    TABLES,
    TEAMS,
    TIER_CODES,
)
from sipinter.merit.engine.base import Engine
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.engine.table import ColumnType
from sipinter.merit.person.competence import competence_row
from sipinter.merit.person.explain import PersonRules
from sipinter.merit.person.facts import PersonRows, Row, fact_of
from sipinter.merit.person.professionalism import professionalism_row
from sipinter.merit.person.talent import map_row
from sipinter.merit.population.competence import staff_competences
from sipinter.merit.population.explain import HISTORIES
from sipinter.merit.population.professionalism import staff_professionalism
from sipinter.merit.population.talent import map_boxes
from sipinter.rules.sets.codes import EDUCATION, EXPECTATIONS, LEADERSHIP
from tests.prepared import once

ON = date(2026, 7, 1)
PEOPLE, ODD = 20_000, 6_000
FIRST = 198001012005013000  # odd people are numbered from here; no such digit stands for a sex
FIELDS = ("hukum", "hukum", "ekonomi", "teknik", "", None)
GROUPS = ("sosial", "eksakta", None)
POSTS = tuple(f"P{number}" for number in range(12))
KINDS = ("leadership", "functional", "technical", "technical", "seminar", "other", "lain", None)
UNKNOWN = "tidak dikenal"
ARROW: dict[ColumnType, pa.DataType] = {
    "nip": pa.int64(),
    "text": pa.string(),
    "code": pa.string(),
    "rank": pa.string(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "figure": pa.decimal128(18, 6),
    "flag": pa.int64(),
}
Tables = dict[str, list[dict[str, Any]]]
Columns = dict[str, list[dict[str, Any]]]


class OddRows:
    """Rows of one person, drawn on the days that decide."""

    def __init__(self, random: Random, on: date) -> None:
        self.random, self.year = random, on.year
        windows = FactWindows(on)
        bounds = [on, date(on.year - 1, 1, 1), date(on.year - 1, 12, 31), date(on.year - 3, 3, 1)]
        for years in (windows.award, windows.assignment, windows.assessment, 1, 3, 5):
            since = windows.since(years)
            bounds.append(date(since // 10000, since // 100 % 100, since % 100))
        near = (-1, 0, 0, 1)
        recent = [on - timedelta(days) for days in range(20, 700, 17)]
        self.days = [bound + timedelta(days) for bound in bounds for days in near] + recent

    def day(self) -> date | None:
        return None if self.seldom() else self.random.choice(self.days)

    def seldom(self) -> bool:
        return self.random.random() < 0.06

    def code(self, codes: Sequence[str]) -> str | None:
        """Mostly one of the codes; now and then none, or one that nobody knows."""
        return self.random.choice((None, UNKNOWN)) if self.seldom() else self.random.choice(codes)

    def figure(self, most: int) -> Decimal | None:
        return None if self.seldom() else Decimal(self.random.randrange(most * 10**6)).scaleb(-6)

    def level(self, most: int) -> int | None:
        return None if self.seldom() else self.random.randrange(most + 1)

    def employee(self, nip: int) -> dict[str, Any]:
        pick = self.random.choice
        return {
            "nip": nip,
            "agency": "A",
            "unit": f"U{self.random.randrange(10**6)}",
            "post": pick((None, UNKNOWN)) if self.seldom() else pick(POSTS),
            "kind": pick(("pns", "pns", "pppk")),
            "tier": UNKNOWN if self.seldom() else pick(TIER_CODES),
            "birth_date": pick((None, date(1968, 2, 29), date(1970, 12, 31), date(1999, 1, 1))),
            "tier_since": self.day(),
            "breadth": self.code(BREADTH),
            "education": self.code(EDUCATION),
            "field": pick(FIELDS),
            "field_group": pick(GROUPS),
            "target_post": pick((None, *POSTS, UNKNOWN)),
        }

    def histories(self, nip: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """Up to three rows of each history; one in eight stands there twice."""
        for name in HISTORIES:
            day, twins = self.day(), self.random.random() < 0.5
            for _ in range(self.random.choice((0, 1, 1, 1, 2, 3))):
                drawn = {"nip": nip, "date": day if twins else self.day(), **getattr(self, name)()}
                yield from ((name, drawn),) * (1 + (self.random.random() < 0.125))

    def rating(self) -> dict[str, Any]:
        pick = self.random.choice
        expectations = tuple(EXPECTATIONS)
        return {
            "year": self.year - pick((0, 1, 1, 1, 2)),
            "result": self.code(expectations),
            "behaviour": self.code(expectations),
            "rating": self.code(RATINGS) if pick((True, False)) else None,
            "feedback": pick((None, 0, 7, -1)) if self.seldom() else pick((1, 2, 3, 4)),
        }

    def award(self) -> dict[str, Any]:
        return {"award": self.code(AWARDS)}

    def assignment(self) -> dict[str, Any]:
        return {"start": self.day(), "end": self.day(), "team": self.code(TEAMS), "acting": self.code(ACTING)}

    def assessment(self) -> dict[str, Any]:
        summed = self.random.random() < 0.6
        return {
            "reached": self.level(60),
            "required": self.level(45),
            "jpm": None if summed else self.figure(130),
            "technical": self.figure(100),
        }

    def potential(self) -> dict[str, Any]:
        levels = {code: self.random.randrange(6) for code in SUB_ASPECTS}
        return levels | ({"grit": None} if self.seldom() else {})

    def training(self) -> dict[str, Any]:
        return {
            "kind": self.random.choice(KINDS),
            "leadership": self.code(LEADERSHIP),
            "hours": self.random.choice((None, 0, 1, 4, 5, 9, 10, 19, 20, 300)),
        }

    def discipline(self) -> dict[str, Any]:
        return {"until": self.day(), "grade": self.code(GRADES[:4])}

    def competence(self) -> dict[str, Any]:
        return {
            "competence": self.random.choice(("integritas", "komunikasi", UNKNOWN)),
            "level": self.level(5),
        }

    def post(self, code: str) -> dict[str, Any]:
        pick = self.random.choice
        return {
            "post": code,
            "agency": "A",
            "tier": pick((*TIER_CODES[:5], *TIER_CODES[:5], *TIER_CODES, UNKNOWN)),
            "field": pick(FIELDS),
            "field_group": pick(GROUPS),
            "standard": pick(("S1", "S2", UNKNOWN, None)),
        }

    def standards(self) -> Iterator[dict[str, Any]]:
        for standard in ("S1", "S1", "S2"):
            for competence in ("integritas", "komunikasi"):
                yield {"standard": standard, "competence": competence, "level": self.level(5)}


def odd_tables(random: Random, people: int, on: date) -> Tables:
    """Every table that a person's figures are made of; one number in twenty is borne by two."""
    drawn = OddRows(random, on)
    tables: Tables = {name: [] for name in ("employee", "post", "standard", *HISTORIES)}
    for number in range(people):
        nip = FIRST + number
        tables["employee"].append(drawn.employee(nip - (number > 0 and random.random() < 0.05)))
        for name, row in drawn.histories(nip):
            tables[name].append(row)
    tables["post"] = [drawn.post(code) for code in POSTS]
    tables["standard"] = list(drawn.standards())
    return tables


def arrow_table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    """A table's rows with its columns, typed as files of Parquet are."""
    columns = TABLES[name].columns
    schema = pa.schema([(column.name, ARROW[column.type]) for column in columns])
    return pa.Table.from_pylist([{c.name: row.get(c.name) for c in columns} for row in rows], schema)


def write_odd_staff(folder: Path, tables: Tables) -> None:
    for name, rows in tables.items():
        pq.write_table(arrow_table(name, rows), folder / f"{name}.parquet")


@dataclass
class TableRows:
    """The tables of a folder as an engine reads them, and of each employee the rows that are its own."""

    tables: dict[str, list[Row]]

    @classmethod
    def read(cls, folder: Path, engine: Engine) -> TableRows:
        staff = Staff.from_folder(folder, engine)
        names = ("employee", "post", "standard", *HISTORIES)
        frames = ((name, staff.table(name)) for name in names)
        return cls({name: list(engine.rows(frame)) for name, frame in frames if frame is not None})

    def people(self) -> Iterator[PersonRows]:
        histories = {n: _grouped(self.tables[n], "nip") for n in HISTORIES if n in self.tables}
        posts = _grouped(self.tables.get("post", ()), "post")
        standards = _grouped(self.tables.get("standard", ()), "standard")
        for employee in self.tables["employee"]:
            rows = {name: found.get(employee["nip"], []) for name, found in histories.items()}
            rows["employee"] = [employee]
            own = [row for name in ("post", "target_post") for row in posts.get(employee[name], ())]
            needed = {"post": own, "standard": [r for p in own for r in standards.get(p["standard"], ())]}
            yield rows | {name: found for name, found in needed.items() if name in self.tables}


def _grouped(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            found[row[column]].append(row)
    return found


def by_person(people: Iterable[PersonRows], rules: PersonRules, on: date) -> Columns:
    """Facts, map, professionalism and competence of each person by the pure functions."""
    windows = FactWindows.of(rules.talent, on)
    found: Columns = {"facts": [], "map": [], "professionalism": [], "competence": []}
    for rows in people:
        fact = fact_of(rows, windows, rules.performance)
        found["facts"].append(fact)
        found["map"].append(map_row(fact, rules.talent))
        found["professionalism"].append(professionalism_row(fact, rules.professionalism))
        if "assessment" in rows:
            found["competence"].append(competence_row(rows, rules.competence, on))
    return found


def by_tables(folder: Path, engine: Engine, rules: PersonRules, on: date) -> Columns:
    """The same of the whole staff by table expressions."""
    staff = Staff.from_folder(folder, engine)
    windows = FactWindows.of(rules.talent, on)
    facts = engine.keep(employee_facts(staff, windows, rules.performance))
    found = {
        "facts": engine.rows(facts),
        "map": engine.rows(map_boxes(facts, rules.talent)),
        "professionalism": engine.rows(staff_professionalism(facts, rules.professionalism)),
        "competence": [],
    }
    if staff.path("assessment"):
        found["competence"] = engine.rows(staff_competences(staff, rules.competence, on))
    return found


def assert_same(ours: Columns, theirs: Columns) -> None:
    """The same rows with the same columns; the order of both is left alone."""
    assert {name: len(rows) for name, rows in ours.items()} == {n: len(rows) for n, rows in theirs.items()}
    for name in ours:
        for one, other in zip(_ordered(ours[name]), _ordered(theirs[name]), strict=True):
            assert one == other, name


def _ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: repr(sorted(row.items())))


def mass_of_people() -> tuple[Path, Columns]:
    """20,000 people's tables, and what the pure functions make of them; made once a run."""
    made = once("odd-people", _make_mass)
    return made / "staff", json.loads((made / "pure.json").read_bytes())


def _make_mass(made: Path) -> None:
    """A sample with gaps and faults; odd people beside it; odd rows of the sample's people."""
    folder, random = made / "staff", Random(17)
    write_sample(Sample(agencies=12, employees=PEOPLE - ODD, seed=17, gaps=0.03, faults=0.02), folder)
    engine = DuckDb()
    odd, drawn = odd_tables(random, ODD, ON), OddRows(random, ON)
    numbers = engine.connection.sql(f"SELECT nip FROM '{folder}/employee.parquet' ORDER BY nip").fetchall()
    for (nip,) in numbers[::7]:
        for name, row in drawn.histories(nip):
            odd[name].append(row)
    for name, rows in odd.items():
        path, more = folder / f"{name}.parquet", arrow_table(name, rows)
        query = f"SELECT * FROM '{path}' UNION ALL BY NAME SELECT * FROM more"
        # Read before the file is written anew. Most tables are in order, as the program's own; some are not.
        order = "" if name in ("training", "post", "standard") else "ORDER BY nip"
        pq.write_table(engine.connection.sql(f"SELECT * FROM ({query}) {order}").to_arrow_table(), path)
        del more
    people = TableRows.read(folder, engine).people()
    pure = by_person(people, PersonRules.in_force(ON), ON)
    (made / "pure.json").write_text(json.dumps(pure))
