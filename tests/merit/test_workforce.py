"""Retirement, five years ahead, workload, ratings and allowances of a whole staff, against single people."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.merit.data.result import Result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import RATINGS
from sipinter.merit.person.performance import distribution_breaches
from sipinter.merit.person.retirement import retirement_date
from sipinter.merit.person.workload import workload_need
from sipinter.merit.population.incentive import compute_incentives
from sipinter.merit.population.performance import compute_ratings
from sipinter.merit.population.retirement import YEARS, compute_projection, compute_retirements
from sipinter.merit.population.workload import compute_workload
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import ORGANISATIONS, TIERS
from sipinter.rules.sets.model import PerformanceRules, RetirementRules, WorkloadRules

from . import folders
from .folders import AYU, BUDI

ON = date(2026, 7, 1)


def rows(report: Result) -> list[dict[str, Any]]:
    return report.rows()


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("staff")
    write_sample(Sample(agencies=3, employees=1500, seed=5), folder)
    return folder


def test_table_and_scalar_agree_on_retirement(staff: Path) -> None:
    rules = rules_for(RetirementRules, ON)
    found = rows(compute_retirements(Staff.from_folder(staff), ON))
    assert len(found) == 1500
    for row in found:
        text = str(row["birth_date"])
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
        due = retirement_date(rules, born, row["tier"])
        assert row["retires_on"] == int(due.strftime("%Y%m%d"))
        assert row["retired"] == (due <= ON)
    soon = rows(compute_retirements(Staff.from_folder(staff), ON, years=2))
    assert 0 < len(soon) < 300
    assert all(row["retires_on"] <= 20280701 for row in soon)


def test_nobody_is_lost_between_now_and_five_years(staff: Path) -> None:
    report = compute_projection(Staff.from_folder(staff), ON)
    counts = report.completeness
    parts = ("due", *(f"leave_{year}" for year in YEARS), "stay", "unknown")
    assert counts["heads"] == 1500 == sum(counts[part] for part in parts)
    for row in rows(report):
        assert row["heads"] == sum(row[part] for part in parts)
        assert row["available_5"] == row["stay"] + row["unknown"]


born = st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2007, 12, 31)))


@settings(max_examples=6, deadline=None)
@given(st.lists(st.tuples(born, st.sampled_from(sorted(TIERS)), st.sampled_from(["P1", "P2"])), min_size=1))
def test_a_projection_conserves_heads(people: list[tuple[date | None, str, str]]) -> None:
    employee: folders.Rows = [
        {"nip": 10**17 + i, "agency": "A", "unit": "U", "post": post, "tier": tier, "birth_date": day or ""}
        for i, (day, tier, post) in enumerate(people)
    ]
    with TemporaryDirectory() as folder:
        report = compute_projection(
            Staff.from_folder(folders.write(Path(folder), {"employee": employee})), ON
        )
        found = rows(report)
    parts = ("due", *(f"leave_{year}" for year in YEARS), "stay", "unknown")
    assert sum(row["heads"] for row in found) == len(people)
    rules = rules_for(RetirementRules, ON)
    for row in found:
        assert row["heads"] == sum(row[part] for part in parts)
        gone = [
            retirement_date(rules, day, tier) <= date(2029, 7, 1)
            for day, tier, post in people
            if post == row["post"] and day
        ]
        assert row["available_3"] == row["heads"] - sum(gone)


def workload(folder: Path, **options: Any) -> dict[str, dict[str, Any]]:
    return {row["post"]: row for row in rows(compute_workload(Staff.from_folder(folder), ON, **options))}


TASKS: folders.Rows = [
    {"post": "P1", "task": "a", "volume": "240", "minutes": "60"},
    {"post": "P1", "task": "b", "volume": "12", "minutes": "1200"},
    {"post": "P1", "task": "c", "volume": "4", "minutes": "6000"},
]


@pytest.mark.parametrize(("holders", "efficiency", "grade"), [(1, 7_040_000, "C"), (2, 3_520_000, "E")])
def test_the_workload_of_the_example(tmp_path: Path, holders: int, efficiency: int, grade: str) -> None:
    """240x60 + 12x1,200 + 4x6,000 = 52,800 min -> 0.704 -> 1; one holder EJ .704 C, two .352 E."""
    employee = [{**folders.TABLES["employee"][0], "nip": 10**17 + n} for n in range(holders)]
    row = workload(folders.write(tmp_path, task=TASKS, employee=employee))["P1"]
    assert (row["minutes"], row["load"], row["need"]) == (528_000_000_000, 7_040_000, 1)
    assert (row["efficiency"], row["grade"], row["balance"]) == (efficiency, grade, holders - 1)


def test_a_surplus_never_makes_up_for_a_deficit_elsewhere(tmp_path: Path) -> None:
    tasks: folders.Rows = [
        {"post": "P1", "task": "a", "volume": "1", "minutes": "75000"},
        {"post": "P2", "task": "b", "volume": "3", "minutes": "75000"},
    ]
    posts = [{**row, "unit": unit} for row, unit in zip(folders.TABLES["post"], ("U1", "U2"), strict=True)]
    employee = [{**folders.TABLES["employee"][0], "nip": 10**17 + n} for n in range(3)]
    folders.write(tmp_path, task=tasks, post=posts, employee=employee)
    found = workload(tmp_path)
    assert (found["P1"]["balance"], found["P2"]["balance"], found["P2"]["grade"]) == (2, -3, None)
    units = rows(compute_workload(Staff.from_folder(tmp_path), ON, units=True))
    assert sorted((row["unit"], row["surplus"], row["deficit"]) for row in units) == [
        ("U1", 2, 0),
        ("U2", 0, 3),
    ]
    assert compute_workload(Staff.from_folder(tmp_path), ON).completeness["deficit"] == 3


def test_a_post_without_tasks_has_no_need(tmp_path: Path) -> None:
    row = workload(folders.write(tmp_path, task=TASKS))["P2"]
    assert (row["need"], row["plan_1"], row["missing"]) == (None, None, "task")


volume = st.decimals(min_value=0, max_value=5000, places=2)
post = st.tuples(st.lists(st.tuples(volume, volume), min_size=1, max_size=3), volume, st.integers(0, 3))


@settings(max_examples=3, deadline=None)
@given(st.lists(post, min_size=8, max_size=12))
def test_table_and_scalar_agree_on_the_need_and_more_work_never_needs_fewer(
    drawn: list[tuple[list[tuple[Any, Any]], Any, int]],
) -> None:
    posts: folders.Rows = [{"post": f"Q{n}", "agency": "A", "tier": "pelaksana"} for n in range(len(drawn))]
    task: folders.Rows = [
        {"post": f"Q{n}", "task": k, "volume": v, "minutes": m}
        for n, (tasks, _, _) in enumerate(drawn)
        for k, (v, m) in enumerate(tasks)
    ]
    employee: folders.Rows = [
        {**folders.TABLES["employee"][1], "nip": 10**17 + 100 * n + k, "post": f"Q{n}"}
        for n, (_, _, holders) in enumerate(drawn)
        for k in range(holders)
    ] or [folders.TABLES["employee"][1]]
    with TemporaryDirectory() as folder:
        tables = {"employee": employee, "post": posts, "task": task}
        found = workload(folders.write(Path(folder), tables))
        task += [
            {"post": f"Q{n}", "task": "more", "volume": m, "minutes": 100}
            for n, (_, m, _) in enumerate(drawn)
        ]
        after = workload(folders.write(Path(folder), tables))
    for n, (tasks, _, holders) in enumerate(drawn):
        minutes = sum((Fraction(v) * Fraction(m) for v, m in tasks), Fraction(0))
        expected = workload_need(rules_for(WorkloadRules, ON), minutes, holders)
        row = found[f"Q{n}"]
        assert row["need"] == expected.need <= after[f"Q{n}"]["need"]
        assert row["grade"] == (expected.grade.code if expected.grade else None)


def test_five_years_ahead(tmp_path: Path) -> None:
    """need(t) = need x (1 + g)^t; plan(t) = need(t) - available(t) - formations set but unfilled."""
    tasks: folders.Rows = [{"post": "P1", "task": "a", "volume": "10", "minutes": "75000"}]
    posts = [{**row, "open_positions": 2} for row in folders.TABLES["post"]]
    employee = [
        {**folders.TABLES["employee"][0], "nip": 10**17 + n, "birth_date": f"{1966 + n}-12-01"}
        for n in range(4)
    ]
    folders.write(tmp_path, task=tasks, post=posts, employee=employee)
    row = workload(tmp_path, growth=Fraction(1, 10))["P1"]
    assert [row[f"need_{year}"] for year in YEARS] == [11, 12, 13, 15, 16]
    assert [row[f"available_{year}"] for year in YEARS] == [3, 2, 1, 0, 0]
    assert [row[f"plan_{year}"] for year in YEARS] == [6, 8, 10, 13, 14]
    with pytest.raises(Refusal, match="--growth"):
        workload(tmp_path, growth=Fraction(2))


def test_ratings_by_the_matrix_and_as_given(tmp_path: Path) -> None:
    ratings: folders.Rows = [
        {"nip": AYU, "year": 2025, "result": "sesuai", "behaviour": "sesuai", "rating": "sangat_baik"},
        {"nip": BUDI, "year": 2025, "result": "di_atas", "behaviour": "di_bawah", "rating": ""},
    ]
    report = compute_ratings(Staff.from_folder(folders.write(tmp_path, rating=ratings)), ON)
    found = {str(row["nip"]): row for row in rows(report)}
    assert (found[AYU]["by_matrix"], found[AYU]["rating"], found[AYU]["differs"]) == (
        "baik",
        "sangat_baik",
        1,
    )
    assert (found[BUDI]["rating"], found[BUDI]["differs"]) == ("kurang", 0)


@pytest.mark.parametrize("organisation", ORGANISATIONS)
def test_table_and_scalar_agree_on_the_distribution(staff: Path, organisation: str) -> None:
    rules = rules_for(PerformanceRules, ON)
    found = rows(compute_ratings(Staff.from_folder(staff), ON, organisation=organisation, units=True))
    for row in found:
        counts = {code: row[code] for code in RATINGS}
        assert sum(counts.values()) == row["rated"] <= row["employees"]
        expected = distribution_breaches(rules, organisation, counts)
        assert len([name for name in row["breaches"].split(";") if name]) == len(expected)
    with pytest.raises(Refusal, match="--organisation"):
        compute_ratings(Staff.from_folder(staff), ON, organisation="hebat")


ALLOWANCE: dict[str, folders.Rows] = {
    "allowance": [{"agency": "A", "job_class": 13, "basic": "10000000"}],
    "allowance_index": [{"agency": "A", "fiscal": "0.85", "cost": "1.1", "performance": "0.9"}],
    "achievement": [{"nip": AYU, "month": 202606, "productivity": "100", "discipline": "75.5"}],
}


def test_an_allowance_is_basic_amount_times_indices_paid_60_to_40(tmp_path: Path) -> None:
    """10,000,000 x .85 x 1.1 x .9 = 8,415,000; x (.6 x 1 + .4 x .755) = 7,590,330."""
    posts = [{**row, "job_class": 13 if row["post"] == "P1" else ""} for row in folders.TABLES["post"]]
    folders.write(tmp_path, post=posts, **ALLOWANCE)
    found = {str(row["nip"]): row for row in rows(compute_incentives(Staff.from_folder(tmp_path), ON))}
    assert (found[AYU]["ceiling"], found[AYU]["payment"]) == (8_415_000, 7_590_330)
    assert (found[BUDI]["payment"], found[BUDI]["missing"]) == (None, "job_class;allowance;achievement")
    assert all(
        row["payment"] is None
        for row in rows(compute_incentives(Staff.from_folder(tmp_path), ON, month=202601))
    )


@pytest.mark.parametrize("absent", list(ALLOWANCE))
def test_without_the_agencys_tables_there_is_no_allowance(tmp_path: Path, absent: str) -> None:
    folders.write(tmp_path, **{name: table for name, table in ALLOWANCE.items() if name != absent})
    with pytest.raises(Refusal, match=f"“{absent}”"):
        compute_incentives(Staff.from_folder(tmp_path), ON)
