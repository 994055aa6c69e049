"""What every computation shares: counted rows, written files, codes as people write them, bounds."""

import csv
import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import narwhals as nw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.merit.data.code_parser import normalise_code, parse_expectation, parse_tier
from sipinter.merit.data.result import Result, make_result, write_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.choice import ENGINE_VARIABLE, open_engine
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.engine.exact import UNIT, seven_decimals, to_units
from sipinter.merit.engine.output import check_output, make_output_folder
from sipinter.merit.person.box import axis_level, place_in_box, target_value
from sipinter.merit.person.professionalism import ProfessionalismIndex, professionalism_index
from sipinter.merit.person.retirement import retirement_date
from sipinter.merit.person.talent import compute_axis
from sipinter.merit.person.workload import workload_need
from sipinter.merit.population.incentive import compute_incentives
from sipinter.merit.population.retirement import compute_projection, compute_retirements
from sipinter.merit.population.training_plan import TrainingCourse, TrainingNeed, plan_courses, read_courses
from sipinter.merit.register.completeness import count_completeness
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import EXPECTATIONS, TIERS
from sipinter.rules.sets.model import (
    CompetenceRules,
    ProfessionalismRules,
    RetirementRules,
    TalentRules,
    WorkloadRules,
)

from . import folders
from .folders import AYU, BUDI

ON = date(2026, 7, 1)
TALENT = rules_for(TalentRules, ON)
PEOPLE = [
    # nip, missing, figure in units, amount
    (3, "rating;field", None, 5),
    (1, "", 889333333, None),
    (2, "rating", 0, -2),
]


@pytest.fixture
def result(tmp_path: Path) -> Result:
    """Three people, one of them with all that is asked for."""
    staff = Staff.from_folder(folders.write(tmp_path))
    cells = (["NULL" if cell is None else repr(cell) for cell in row] for row in PEOPLE)
    values = ", ".join(f"({', '.join(row)})" for row in cells)
    statement = f"SELECT * FROM (VALUES {values}) AS people(nip, missing, figure, amount)"
    assert isinstance(staff.engine, DuckDb)
    return counted(staff, nw.from_native(staff.engine.connection.sql(statement)))


def counted(staff: Staff, frame: Frame) -> Result:
    rules, figures, summed = TALENT.header.id, ["figure"], ["amount"]
    return make_result(staff, frame, rules, ON, decided="figure", figures=figures, summed=summed)


def test_a_result_counts_its_rows_what_is_decided_and_each_thing_that_was_missing(result: Result) -> None:
    assert result.completeness == {
        "employees": 3,
        "with_figure": 2,
        "amount": 3,
        "missing": {"field": 1, "rating": 2},
    }


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_written_result_is_in_order_with_exact_figures_rules_and_day(result: Result, suffix: str) -> None:
    out = Path(result.staff.label) / f"out{suffix}"
    meta = write_result(result, out)
    assert json.loads(out.with_name(out.name + ".meta.json").read_text(encoding="utf-8")) == meta
    assert (meta["rule_id"], meta["on"], meta["completeness"]["employees"]) == (
        "bkn-411-2025",
        "2026-07-01",
        3,
    )
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file)) if suffix == ".csv" else json.load(file, parse_float=str)
    assert [str(row["nip"]) for row in rows] == ["1", "2", "3"]
    assert {(row["rule_id"], str(row["on"])) for row in rows} == {("bkn-411-2025", "2026-07-01")}
    assert [row["figure"] or None for row in rows] == ["88.9333333", "0.0000000", None]


def test_a_result_of_nobody_counts_nought(result: Result) -> None:
    nobody = counted(result.staff, result.frame.filter(nw.col("nip") > 3))
    assert nobody.completeness == {"employees": 0, "with_figure": 0, "amount": 0, "missing": {}}
    assert nobody.rows() == []
    without = counted(result.staff, result.frame.drop("missing"))
    assert without.completeness == {"employees": 3, "with_figure": 2, "amount": 3}


def test_where_a_file_or_folder_cannot_stand(tmp_path: Path) -> None:
    for path, said in (
        (tmp_path / "x.xlsx", "must end in one of: .csv, .parquet, .json"),
        (tmp_path / "csv", "must end in one of"),
        (tmp_path / "no" / "x.csv", "no: is not a folder"),
    ):
        with pytest.raises(Refusal, match=said):
            check_output(path)
    (tmp_path / "x.json").mkdir()
    with pytest.raises(Refusal, match=r"x\.json: is a folder"):
        check_output(tmp_path / "x.json")
    make_output_folder(tmp_path / "a" / "b")
    make_output_folder(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match="file/b: is not a folder"):
        make_output_folder(tmp_path / "file" / "b")
    check_output(tmp_path / "file.csv")


def test_the_engine_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for named in ("", "  ", "duckdb"):
        monkeypatch.setenv(ENGINE_VARIABLE, named)
        assert type(open_engine()).__name__ == "DuckDb"
    monkeypatch.setenv(ENGINE_VARIABLE, "polars")
    with pytest.raises(Refusal, match="“polars” is not one of: duckdb, sc://HOST:PORT"):
        open_engine()


@given(st.fractions(-1000, 1000))
def test_units_are_the_nearest_and_halves_go_away_from_nought(value: Fraction) -> None:
    units = to_units(value)
    away = abs(Fraction(units, UNIT) - value) * UNIT
    assert away < Fraction(1, 2) or (away == Fraction(1, 2) and abs(units) > abs(value * UNIT))
    assert seven_decimals(value) == seven_decimals(Fraction(units, UNIT))


dressing = st.tuples(
    st.sampled_from([" ", "-", "_", " - ", "."]), st.booleans(), st.sampled_from(["", " ", "\t"])
)


@given(st.sampled_from(sorted(TIERS)), dressing)
def test_every_tier_is_understood_in_every_dress(code: str, dress: tuple[str, bool, str]) -> None:
    between, upper, around = dress
    written = around + code.replace("_", between) + around
    assert parse_tier(written.upper() if upper else written) == code
    assert normalise_code(normalise_code(written)) == normalise_code(written) == code
    short = code.removeprefix("jf_ahli_").removeprefix("jf_")
    assert parse_tier(short) == code


@given(st.sampled_from(sorted(EXPECTATIONS)), dressing)
def test_every_expectation_is_understood_with_and_without_its_noun(
    code: str, dress: tuple[str, bool, str]
) -> None:
    between, upper, around = dress
    for noun in ("", " ekspektasi", " Expectation"):
        written = around + code.replace("_", between) + noun + around
        assert parse_expectation(written.upper() if upper else written, "RESULT") == code
    for wrong in ("", "ekspektasi", f"{code} {code}"):
        with pytest.raises(Refusal, match=f"RESULT: “{wrong}” is not one of: di_atas, sesuai, di_bawah"):
            parse_expectation(wrong, "RESULT")


def test_a_level_begins_exactly_at_its_bound() -> None:
    least = Fraction(1, 10**9)
    names = ("low", "middle", "top")
    for bound, under, at in ((TALENT.middle, "low", "middle"), (TALENT.top, "middle", "top")):
        assert [axis_level(TALENT, bound - least, names), axis_level(TALENT, bound, names)] == [under, at]
    for y, x, named in ((-least, 0, "Y"), (0, 100 + least, "X"), (100 + least, 100, "Y")):
        with pytest.raises(Refusal, match=f"{named}: .* is not between 0 and 100"):
            place_in_box(TALENT, Fraction(y), Fraction(x))


def test_only_posts_with_technical_competence_have_a_target_value() -> None:
    for tier, (talent, technical) in TALENT.target_posts.items():
        assert talent + technical == 1
        assert target_value(TALENT, tier, Fraction(80), Fraction(80)) == 80
    with pytest.raises(Refusal, match="--tier: “pelaksana” is not one of: jpt"):
        target_value(TALENT, "pelaksana", Fraction(80), Fraction(80))


def test_a_code_that_the_rules_do_not_value_is_missing_and_nought_is_not() -> None:
    for part in (*TALENT.performance, *TALENT.potential):
        if part.points:
            assert compute_axis((part,), {part.code: "no such code"}).missing == (part.code,)
        elif not part.mean_of:
            found = compute_axis((part,), {part.code: 0})
            assert (found.missing, found.figure is None) == ((), False)
        unknown = compute_axis((part,), {})
        assert (unknown.missing, unknown.figure is None) == ((part.code,), part.missing == "refuse")


def test_an_index_with_an_unknown_part_has_no_total_and_no_category(
    professionalism: ProfessionalismRules,
) -> None:
    known: dict[str, Any] = {
        "group": "structural",
        "education": "s2",
        "training": True,
        "technical_hours": professionalism.technical_hours,
        "seminar": True,
        "rating": "baik",
        "discipline": "never",
    }
    full = professionalism_index(professionalism, **known)
    short = professionalism_index(
        professionalism, **known | {"technical_hours": known["technical_hours"] - 1}
    )
    points = professionalism.groups["structural"]
    assert full.total is not None
    assert short.total == full.total - points.technical
    for part in ("education", "rating"):
        found = professionalism_index(professionalism, **known | {part: None})
        assert (found.total, found.category(professionalism)) == (None, None)
    nothing = ProfessionalismIndex(Fraction(0), Fraction(0), Fraction(0), Fraction(0))
    assert (nothing.total, nothing.category(professionalism) is None) == (0, False)


@settings(deadline=None, max_examples=60)
@given(st.dates(date(1930, 1, 1), date(2026, 12, 31)), st.sampled_from(sorted(TIERS)))
def test_everybody_retires_on_a_first_after_the_birthday_within_a_month(born: date, tier: str) -> None:
    rules = rules_for(RetirementRules, ON)
    due = retirement_date(rules, born, tier)
    assert due.day == 1
    months = (due.year - born.year - rules.ages[tier]) * 12 + due.month - born.month
    assert months == 1


def test_no_work_needs_nobody_and_nobody_has_no_efficiency() -> None:
    rules = rules_for(WorkloadRules, ON)
    idle = workload_need(rules, Fraction(0), 2)
    assert (idle.load, idle.need, idle.efficiency, idle.grade and idle.grade.code) == (0, 0, 0, "E")
    for holders in (None, 0):
        found = workload_need(rules, Fraction(75000), holders)
        assert (found.need, found.efficiency, found.grade) == (1, None, None)


def test_a_day_of_retirement_counts_in_the_year_that_ends_with_it(tmp_path: Path) -> None:
    """Due on the day itself is due; who retires on its anniversary leaves in the year that ends there."""
    born = {"due": "1968-06-30", "leave_1": "1969-06-30", "leave_5": "1973-06-01", "stay": "1973-07-01"}
    employee: folders.Rows = [
        {**folders.TABLES["employee"][1], "nip": 10**17 + n, "post": part, "birth_date": day}
        for n, (part, day) in enumerate({**born, "unknown": ""}.items())
    ]
    staff = Staff.from_folder(folders.write(tmp_path, employee=employee))
    for row in compute_projection(staff, ON).rows():
        assert (row["heads"], row[row["post"]]) == (1, 1)
        gone = row["post"] in ("due", "leave_1")
        assert (row["available_1"], row["available_5"]) == (1 - gone, int(row["post"] in ("stay", "unknown")))
    within = {
        years: compute_retirements(staff, ON, years=years).completeness["employees"] for years in (0, 1, 5)
    }
    assert within == {0: 1, 1: 2, 5: 3}


def test_what_a_month_lacks_is_named_and_an_index_of_nought_pays_nought(tmp_path: Path) -> None:
    posts = [{**row, "job_class": 7} for row in folders.TABLES["post"]]
    done: folders.Rows = [
        {"nip": AYU, "month": 202512, "productivity": "0", "discipline": "0"},
        {"nip": BUDI, "month": 202512, "productivity": "100", "discipline": "100"},
    ]
    folders.write(
        tmp_path,
        post=posts,
        allowance=[{"agency": "A", "job_class": 7, "basic": "1000001"}],
        allowance_index=[{"agency": "A", "fiscal": "0.5", "cost": "1", "performance": "1"}],
        achievement=done,
    )
    january = compute_incentives(Staff.from_folder(tmp_path), date(2026, 1, 15))
    paid = {str(row["nip"]): row for row in january.rows()}
    assert (paid[AYU]["payment"], paid[BUDI]["payment"], paid[BUDI]["ceiling"]) == (0, 500_001, 500_001)
    assert january.completeness["payment"] == 500_001
    july = compute_incentives(Staff.from_folder(tmp_path), ON).completeness
    assert (july["with_payment"], july["missing"]) == (0, {"achievement": 2})


@pytest.mark.parametrize(
    ("budget", "places", "taken"),
    [
        (0, 5, 0),
        (99, 5, 0),
        (100, 5, 1),
        (199, 5, 1),
        (200, 5, 2),
        (10**12, 5, 3),
        (10**12, 2, 2),
        (10**12, 0, 0),
    ],
)
def test_places_follow_budget_seats_and_need(budget: int, places: int, taken: int) -> None:
    who = [TrainingNeed(nip, {}, 5) for nip in (1, 2, 3)] + [TrainingNeed(4, {"integritas": 1}, 0)]
    found = plan_courses(who, [TrainingCourse("JP", "", 0, 20, 100, places)], budget)
    assert [nip for nip, *_ in found.places] == [1, 2, 3][:taken]
    assert (found.cost, found.hours, found.levels, found.optimal) == (100 * taken, 5 * taken, 0, True)


def test_what_costs_nothing_is_taken_without_a_budget() -> None:
    free = TrainingCourse("Gratis", "integritas", 3, 0, 0, 1)
    found = plan_courses([TrainingNeed(1, {"integritas": 2}, 9)], [free], 0)
    assert (found.places, found.levels, found.hours) == (((1, free, 2, 0),), 2, 0)


def test_a_file_of_courses_has_every_column_and_empty_cells_are_nought(tmp_path: Path) -> None:
    rules, path = rules_for(CompetenceRules, ON), tmp_path / "courses.csv"
    path.write_text("\ufeffcourse,competence,levels,hours,cost,places\n JP , ,,20,,3\n", encoding="utf-8")
    assert read_courses(path, rules) == [TrainingCourse("JP", "", 0, 20, 0, 3)]
    path.write_text("course,competence,levels,hours,places\nJP,,,20,3\n", encoding="utf-8")
    with pytest.raises(Refusal, match=r"courses\.csv: column “cost” is missing"):
        read_courses(path, rules)
    for content in (b"\xff\xfe", b"course,competence,levels,hours,cost,places\nJP,,1.5,0,0,0\n"):
        path.write_bytes(content)
        with pytest.raises(
            Refusal, match=r"cannot be read|row 2, column levels: “1\.5” is not a whole number"
        ):
            read_courses(path, rules)
    with pytest.raises(Refusal, match="cannot be read"):
        read_courses(tmp_path, rules)


def test_completeness_counts_the_same_people_by_agency_and_by_tier(tmp_path: Path) -> None:
    tables = {name: rows for name, rows in folders.TABLES.items() if name != "award"}
    employee = [{**row, "agency": agency} for row, agency in zip(tables["employee"], "AB", strict=True)]
    found = count_completeness(folders.write(tmp_path, tables, employee=employee), ON)
    assert found["tables_missing"] == ["award"]
    assert found["all"]["employees"] == 2
    assert (found["by_agency"]["A"]["no_assessment"], found["by_agency"]["B"]["no_assessment"]) == (0, 1)
    for parts in (found["by_agency"], found["by_tier"]):
        for name, count in found["all"].items():
            assert sum(part[name] for part in parts.values()) == count
    assert [(row["agency"], row["tier"]) for row in found["by_agency_and_tier"]] == [
        ("A", "jpt_pratama"),
        ("B", "pelaksana"),
    ]
    later = count_completeness(tmp_path, date(2030, 7, 1))
    assert (later["all"]["assessment_expired"], later["all"]["no_rating_last_year"]) == (1, 2)
