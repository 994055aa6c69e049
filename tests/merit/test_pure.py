"""One person by pure functions is what the tables say of everybody, in all columns of all rows."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.merit import person
from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.engine.exact import UNIT, to_units
from sipinter.merit.person.explain import Explanation, PersonRules, explain_rows
from sipinter.merit.person.facts import fact_of
from sipinter.merit.person.talent import map_row
from sipinter.merit.population.explain import HISTORIES, explain_person, person_rows
from sipinter.merit.population.retirement import staff_retirements
from sipinter.merit.population.talent import map_boxes

from . import folders
from .folders import AYU, BUDI
from .odd_people import (
    ON,
    PEOPLE,
    TableRows,
    assert_same,
    by_person,
    by_tables,
    mass_of_people,
    odd_tables,
    write_odd_staff,
)

RULES = ("bkn-411-2025", "permenpanrb-3-2020-90-78", "published-example-rubric")
LEAP_DAY = date(2028, 2, 29)
DIMENSIONS = ("qualification", "competence", "performance", "discipline")


def test_twenty_thousand_people_are_the_rows_of_the_tables() -> None:
    folder, pure = mass_of_people()
    assert_same(pure, by_tables(folder, DuckDb(), PersonRules.in_force(ON), ON))
    assert len(pure["map"]) == PEOPLE
    assert {row["box"] for row in pure["map"]} == {None, *range(1, 10)}
    assert sum(row["target_value"] is not None for row in pure["map"]) > 100


def test_a_figure_on_a_threshold_reaches_it(tmp_path: Path) -> None:
    """Thresholds where many people stand: on those of the rules no sum of parts comes to lie."""
    _, pure = mass_of_people()
    talent = PersonRules.in_force(ON).talent
    sums = [row["performance"] for row in pure["map"] if row["performance"]]
    middle, top = sorted(figure for figure, _ in Counter(sums).most_common(2))
    moved = replace(talent, middle=Fraction(middle, UNIT), top=Fraction(top, UNIT))
    pq.write_table(pa.Table.from_pylist(pure["facts"]), tmp_path / "facts.parquet")
    engine = DuckDb()
    theirs = engine.rows(map_boxes(engine.scan(tmp_path / "facts.parquet"), moved))
    ours = [map_row(fact, moved) for fact in pure["facts"]]
    assert_same({"map": ours}, {"map": theirs})
    on_it = {row["performance"]: row["performance_level"] for row in ours}
    assert (on_it[middle], on_it[top]) == ("sesuai", "di_atas")


def test_what_is_explained_of_twenty_thousand_people_are_those_figures() -> None:
    folder, pure = mass_of_people()
    engine, rules = DuckDb(), PersonRules.in_force(ON)
    leaving = engine.rows(staff_retirements(Staff.from_folder(folder, engine), rules.retirement, ON))
    days = {(row["nip"], row["unit"], row["post"]): row["retires_on"] for row in leaving}
    people = TableRows.read(folder, engine).people()
    rows = zip(people, *(pure[name] for name in ("map", "professionalism", "competence")), strict=True)
    for own, mapped, index, competence in rows:
        found = explain_rows(own, rules, ON)
        assert figures_of_map(found) == {name: mapped[name] for name in figures_of_map(found)}
        assert figures_of_index(found) == {name: index[name] for name in (*DIMENSIONS, "index", "category")}
        assert_competence(found, competence)
        retires = found.section("retirement").results.get("retires_on")
        expected = days[mapped["nip"], mapped["unit"], mapped["post"]]
        assert (retires and int(str(retires).replace("-", ""))) == expected


def figures_of_map(found: Explanation) -> dict[str, Any]:
    """Every worth, both axes, box and values, as they stand in a row."""
    figures: dict[str, Any] = {}
    for axis in ("performance", "potential"):
        section = found.section(axis)
        figures |= {f"{axis}_{step.part}": units(step.worth) for step in section.steps}
        figures[axis] = units(section.results[axis])
        if "level" in section.results:
            figures[f"{axis}_level"] = section.results["level"]
    placed = found.section("box").results
    figures["box"] = placed.get("box")
    return figures | {name: units(placed.get(name)) for name in ("talent_value", "target_value")}


def figures_of_index(found: Explanation) -> dict[str, Any]:
    section = found.section("professionalism")
    points = {step.part: units(step.points) for step in section.steps}
    return {**points, "index": units(section.results["index"]), "category": section.results["category"]}


def assert_competence(found: Explanation, row: dict[str, Any]) -> None:
    section = found.section("competence")
    assert units(section.results.get("jpm")) == row["jpm"]
    for name in ("filling", "mapping"):
        assert section.results.get(name) == row[name]
    if row["jpm"] is not None:
        assert section.results["valid"] == row["valid"]
        gaps = {step.part: step.value for step in section.steps if step.part.startswith("gap_")}
        assert gaps == {n: gap for n, gap in row.items() if n.startswith("gap_") and gap is not None}


def units(value: Any) -> int | None:
    return None if value is None else to_units(value)


ENGINE = DuckDb()


@settings(max_examples=10, deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.integers(1, 6),
    st.sets(st.sampled_from(("post", "standard", *HISTORIES)), max_size=4),
    st.sampled_from((ON, LEAP_DAY, date(2027, 1, 1))),
    st.sampled_from(RULES),
)
def test_few_odd_people_with_tables_lacking(
    random: Random, people: int, absent: set[str], on: date, rules_id: str
) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        tables = odd_tables(random, people, on)
        write_odd_staff(folder, {name: rows for name, rows in tables.items() if name not in absent})
        rules = PersonRules.in_force(on, rules_id)
        pure = by_person(TableRows.read(folder, ENGINE).people(), rules, on)
        assert_same(pure, by_tables(folder, ENGINE, rules, on))


def test_without_a_table_nothing_is_known_and_without_a_row_there_was_none() -> None:
    rules = PersonRules.in_force(ON)
    windows = FactWindows.of(rules.talent, ON)
    employee = {"nip": int(AYU), "tier": "pelaksana"}
    unknown = fact_of({"employee": [employee]}, windows, rules.performance)
    none = fact_of({"employee": [employee], **dict.fromkeys(HISTORIES, ())}, windows, rules.performance)
    kept = (
        "award",
        "assignment",
        "acting",
        "hours",
        "technical_hours",
        "seminar",
        "leadership",
        "functional",
    )
    for name in (*kept, "grade", "serving"):
        assert (unknown[name], none[name]) == (None, 0)
    for name in ("rating", "feedback", "jpm", "technical", "assessed_on", "potential", "fit", "tenure"):
        assert (unknown[name], none[name]) == (None, None)
    assert unknown.keys() == none.keys()


def test_the_explanation_reads_the_rows_of_one_person_only(tmp_path: Path) -> None:
    write_sample(Sample(agencies=2, employees=300, seed=5), tmp_path)
    staff = Staff.from_folder(tmp_path, DuckDb())
    nip = next(iter(staff.engine.rows(staff.need("employee").select("nip"))))["nip"]
    rows = person_rows(staff, nip)
    assert {row["nip"] for name in ("employee", *HISTORIES) for row in rows[name]} == {nip}
    assert {row["post"] for row in rows["post"]} == {rows["employee"][0]["post"]}
    assert {row["standard"] for row in rows["standard"]} == {rows["post"][0]["standard"]}


@pytest.mark.parametrize("feedback", ["7", "-1"])
def test_a_level_that_does_not_exist_is_not_known(tmp_path: Path, feedback: str) -> None:
    rating = [{"nip": AYU, "year": 2025, "rating": "baik", "feedback": feedback}]
    found = explain_person(folders.write(tmp_path, rating=rating), int(AYU), ON)
    step = next(step for step in found.section("performance").steps if step.part == "feedback")
    assert (step.value, step.worth) == (None, None)


def test_an_unknown_tier_is_named_and_stops_nothing(tmp_path: Path) -> None:
    """A file of Parquet may hold one: its codes are not looked through."""
    tables = odd_tables(Random(1), 1, ON)
    tables["employee"][0] |= {"tier": "jabatan lain", "birth_date": date(1970, 1, 1)}
    write_odd_staff(tmp_path, tables)
    found = explain_person(tmp_path, tables["employee"][0]["nip"], ON)
    assert "“jabatan lain” is not one of: " in found.section("retirement").notes[0]
    assert found.section("professionalism").results["index"] is None


def test_a_match_above_a_hundred_is_placed_as_on_the_map(tmp_path: Path) -> None:
    """Ayu at the top of every part, and beyond in her assessment."""
    employee = {**folders.TABLES["employee"][0], "tier_since": "2010-01-01", "breadth": "agencies"}
    tables: dict[str, folders.Rows] = {
        "employee": [{**employee, "education": "s3"}],
        "assessment": [{"nip": AYU, "date": "2025-01-01", "jpm": "120", "technical": ""}],
        "potential": [{"nip": AYU, "date": "2025-01-01", **dict.fromkeys(folders.SUB_ASPECTS, 5)}],
        "assignment": [
            {"nip": AYU, "start": "2025-01-01", "end": "", "team": "cross_lead", "acting": "acting_head"}
        ],
        "discipline": [{"nip": BUDI, "date": "2020-01-01", "until": "", "grade": "light"}],
    }
    found = explain_person(folders.write(tmp_path, **tables), int(AYU), ON)
    assert found.section("potential").results["potential"] == 104
    assert found.section("box").results["box"] == 9


def test_no_engine_is_needed() -> None:
    names = sorted(path.stem for path in Path(person.__file__).parent.glob("[a-z]*.py"))
    imports = "; ".join(f"import sipinter.merit.person.{name}" for name in names)
    engines = "{'narwhals', 'duckdb', 'pyarrow', 'numpy', 'pyspark', 'django'}"
    query = f"{imports}; import sys; print(sorted({engines} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", query], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
