"""Needs of training and the plan within a budget: never above it, and the best of all plans."""

from datetime import date
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.population.training import compute_training_needs
from sipinter.merit.population.training_plan import (
    TrainingCourse,
    TrainingNeed,
    TrainingPlan,
    compute_training_plan,
    plan_courses,
    read_courses,
)
from sipinter.rules.messages import Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import CompetenceRules

from . import folders
from .folders import AYU, BUDI

ON = date(2026, 7, 1)


def test_needs_of_one_person(tmp_path: Path) -> None:
    """Two levels short against the tier's four; 20 JP of last year are the yearly right."""
    levels: folders.Rows = [
        {"nip": AYU, "date": "2024-01-01", "competence": "integritas", "level": 2},
        {"nip": AYU, "date": "2024-01-01", "competence": "komunikasi", "level": 5},
    ]
    folders.write(
        tmp_path,
        assessment=[{"nip": AYU, "date": "2024-01-01", "reached": 32, "required": 36}],
        competence=levels,
        training=[{"nip": BUDI, "date": "2025-03-01", "kind": "technical", "leadership": "", "hours": 15}],
    )
    report = compute_training_needs(Staff.from_folder(tmp_path), ON)
    found = {str(row["nip"]): row for row in report.rows()}
    assert (found[AYU]["short_integritas"], found[AYU]["short_komunikasi"]) == (2, 0)
    assert (found[AYU]["levels_short"], found[AYU]["hours_short"], found[AYU]["missing"]) == (2, 20, "")
    assert (found[BUDI]["levels_short"], found[BUDI]["hours_short"]) == (None, 5)
    assert found[BUDI]["missing"] == "assessment"


def test_needs_of_units_sum_up_those_of_people(tmp_path: Path) -> None:
    write_sample(Sample(agencies=2, employees=600, seed=2), tmp_path)
    people = compute_training_needs(Staff.from_folder(tmp_path), ON).completeness
    units = compute_training_needs(Staff.from_folder(tmp_path), ON, units=True).completeness
    assert (units["levels_short"], units["hours_short"]) == (people["levels_short"], people["hours_short"])


people = st.lists(
    st.builds(
        lambda a, b, hours: ({"a": a, "b": b}, hours),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 20),
    ),
    max_size=4,
)
courses = st.lists(
    st.builds(
        TrainingCourse,
        course=st.just("x"),
        competence=st.sampled_from(["a", "b", ""]),
        levels=st.integers(0, 2),
        hours=st.integers(0, 20),
        cost=st.integers(0, 9),
        places=st.integers(0, 3),
    ),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(people, courses, st.integers(0, 25))
def test_a_plan_keeps_the_budget_and_is_the_best_of_all(
    raw: list[tuple[dict[str, int], int]], offered: list[TrainingCourse], budget: int
) -> None:
    who = [TrainingNeed(n, short, hours) for n, (short, hours) in enumerate(raw)]
    found = plan_courses(who, offered, budget)
    assert found.cost <= budget
    assert found.optimal
    assert len({nip for nip, *_ in found.places}) == len(found.places)
    assert (-found.levels, -found.hours, found.cost) == best(who, offered, budget)
    assert found == plan_courses(list(reversed(who)), offered, budget)


def best(who: list[TrainingNeed], offered: list[TrainingCourse], budget: int) -> tuple[int, int, int]:
    """Every plan there is."""
    results = []
    for choice in product((None, *range(len(offered))), repeat=len(who)):
        taken = [(person, offered[c]) for person, c in zip(who, choice, strict=True) if c is not None]
        cost = sum(course.cost for _, course in taken)
        full = any(choice.count(place) > course.places for place, course in enumerate(offered))
        if cost <= budget and not full:
            levels = sum(min(p.short.get(c.competence, 0), c.levels) for p, c in taken)
            results.append((-levels, -sum(min(p.hours, c.hours) for p, c in taken), cost))
    return min(results)


@settings(max_examples=25, deadline=None)
@given(people, courses, st.integers(0, 25), st.integers(0, 10))
def test_more_money_never_closes_fewer_levels(
    raw: list[tuple[dict[str, int], int]], offered: list[TrainingCourse], budget: int, more: int
) -> None:
    who = [TrainingNeed(n, short, hours) for n, (short, hours) in enumerate(raw)]
    assert plan_courses(who, offered, budget + more).levels >= plan_courses(who, offered, budget).levels


def test_a_plan_of_a_whole_staff_is_proven(tmp_path: Path) -> None:
    write_sample(Sample(agencies=2, employees=3000, seed=2), tmp_path)
    offered = [
        TrainingCourse("K1", "integritas", 1, 20, 3_000_000, 200),
        TrainingCourse("K2", "komunikasi", 2, 12, 1_750_000, 150),
        TrainingCourse("JP", "", 0, 20, 400_000, 1000),
    ]
    found = [
        compute_training_plan(compute_training_needs(Staff.from_folder(tmp_path), ON), offered, 500_000_000)
        for _ in "12"
    ]
    assert found[0] == found[1]
    assert (found[0].optimal, found[0].cost <= 500_000_000, found[0].levels > 100) == (True, True, True)


def test_an_empty_plan_and_a_negative_budget() -> None:
    assert plan_courses([], [], 0) == TrainingPlan((), 0, 0, 0, optimal=True)
    with pytest.raises(Refusal, match="--budget"):
        plan_courses([], [], -1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("K1,sopan,1,20,100,5", "row 2, column competence: “sopan”"),
        ("K1,integritas,1,20,-1,5", "row 2, column cost: “-1”"),
        ("K1,integritas,satu,20,1,5", "row 2, column levels: “satu”"),
    ],
)
def test_a_course_that_cannot_be_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "courses.csv"
    path.write_text(f"course,competence,levels,hours,cost,places\n{line}\n", encoding="utf-8")
    with pytest.raises(Refusal, match=message):
        read_courses(path, rules_for(CompetenceRules, ON))
