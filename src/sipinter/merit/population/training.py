"""Needs of training, and a plan within a budget that is proven best (PermenPANRB 38/2017, PP 11/2017).

A need is a level of a competence below what the post asks for, or hours (JP) short of the yearly right.
In one plan everybody gets one course at most. Courses are chosen so that, in this order, most levels are
closed, most hours of the right are covered, least money is spent; of plans alike in all three the one that
takes the first courses of the list for the first kinds of need.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import highspy
import narwhals as nw

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.facts import employee_facts
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.population.competence import competence_gap_columns, staff_competences
from sipinter.rules.knapsack import LARGEST_PROVEN, IntegerModel
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.model import CompetenceRules, PerformanceRules

MOST_CHOICES = 200_000
HEADINGS = ("course", "competence", "levels", "hours", "cost", "places")


def training_needs(staff: Staff, rules: CompetenceRules, performance: PerformanceRules, on: date) -> Frame:
    """Levels short by competence and in all, hours of the year before, hours short of the right."""
    gaps = staff_competences(staff, rules, on)
    hours = employee_facts(staff, FactWindows(on), performance, ("training",)).select("nip", "hours")
    short = {
        name.replace("gap_", "short_"): nw.when(nw.col(name) < 0)
        .then(-nw.col(name))
        .when(nw.col(name) >= 0)
        .then(nw.lit(0))
        .cast(nw.Int64)
        for name in competence_gap_columns(rules)
    }
    right = rules.training_hours
    lacking = (
        nw.when(nw.col("hours") < right).then(right - nw.col("hours")).when(nw.col("hours") >= right).then(0)
    )
    total: nw.Expr = nw.lit(0)
    for name in short:
        total = total + nw.col(name).fill_null(0)
    joined = gaps.join(hours, on="nip", how="left").with_columns(**short)
    known = nw.when(~nw.col("assessed_on").is_null()).then(total)
    return joined.with_columns(levels_short=known.cast(nw.Int64), hours_short=lacking.cast(nw.Int64)).select(
        "nip",
        "agency",
        "unit",
        "post",
        "tier",
        "assessed_on",
        *short,
        "levels_short",
        "hours",
        "hours_short",
        missing=nw.concat_str(
            nw.when(nw.col("assessed_on").is_null()).then(nw.lit("assessment")),
            nw.when(nw.col("hours").is_null()).then(nw.lit("training")),
            separator=";",
            ignore_nulls=True,
        ),
    )


def training_needs_by_unit(people: Frame) -> Frame:
    """Needs of each unit: people, those below their post's levels, those short of hours, and sums."""
    some = {
        "people_short_of_levels": nw.col("levels_short") > 0,
        "people_short_of_hours": nw.col("hours_short") > 0,
    }
    shorts = [name for name in people.collect_schema().names() if name.startswith("short_")]
    return people.group_by("agency", "unit").agg(
        employees=nw.len().cast(nw.Int64),
        assessed=nw.col("assessed_on").count().cast(nw.Int64),
        **{
            name: nw.when(c).then(nw.lit(1)).otherwise(nw.lit(0)).sum().cast(nw.Int64)
            for name, c in some.items()
        },
        **{name: nw.col(name).sum().cast(nw.Int64) for name in (*shorts, "levels_short", "hours_short")},
    )


@dataclass(frozen=True, slots=True)
class TrainingCourse:
    """A course on offer: raises one competence by so many levels (none: hours only), for `cost` a head."""

    course: str
    competence: str
    levels: int
    hours: int
    cost: int
    places: int


@dataclass(frozen=True, slots=True)
class TrainingNeed:
    """One person's need: levels short by competence, hours short."""

    nip: int
    short: Mapping[str, int]
    hours: int


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Who takes which course. `optimal`: proven, in levels, then hours, then cost."""

    places: tuple[tuple[int, TrainingCourse, int, int], ...]
    levels: int
    hours: int
    cost: int
    optimal: bool


@dataclass(frozen=True, slots=True)
class _Choice:
    """A course for people of one kind of need: what it closes for each of them."""

    kind: int
    course: int
    levels: int
    hours: int


def plan_courses(
    people: Sequence[TrainingNeed], courses: Sequence[TrainingCourse], budget: int
) -> TrainingPlan:
    """The best plan that the budget pays. Refusal for a negative budget or too many kinds of need."""
    if budget < 0:
        raise Refusal(Message("{what}: {value} is negative", what="--budget", value=budget))
    kinds = _kinds(people, courses)
    choices = [
        choice
        for kind, (short, hours) in enumerate(kinds)
        for place, course in enumerate(courses)
        if (choice := _choice(kind, place, dict(short), hours, course)).levels or choice.hours
    ]
    if len(choices) > MOST_CHOICES:
        raise Refusal(
            Message(
                "{count} kinds of need and courses are too many for one plan; plan by agency or unit",
                count=len(choices),
            )
        )
    members = list(kinds.values())
    taken, optimal = _solved(choices, [len(m) for m in members], courses, budget)
    rows = []
    for kind, who in enumerate(members):
        waiting = iter(who)
        for choice, count in zip(choices, taken, strict=True):
            if choice.kind == kind:
                rows += [
                    (next(waiting), courses[choice.course], choice.levels, choice.hours) for _ in range(count)
                ]
    rows.sort(key=lambda row: (row[0], row[1].course))
    spent = sum(course.cost for _, course, _, _ in rows)
    if spent > budget:
        raise RuntimeError("the solver's plan exceeds the budget")
    return TrainingPlan(tuple(rows), sum(r[2] for r in rows), sum(r[3] for r in rows), spent, optimal)


_Kind = tuple[tuple[tuple[str, int], ...], int]


def _kinds(people: Sequence[TrainingNeed], courses: Sequence[TrainingCourse]) -> dict[_Kind, list[int]]:
    """People alike in what the courses can do for them, in the order of their numbers."""
    taught = sorted({course.competence for course in courses if course.competence})
    most = {code: max(c.levels for c in courses if c.competence == code) for code in taught}
    longest = max((course.hours for course in courses), default=0)
    found: dict[_Kind, list[int]] = {}
    for person in sorted(people, key=lambda p: p.nip):
        short = tuple((code, min(person.short.get(code, 0), most[code])) for code in taught)
        found.setdefault((short, min(person.hours, longest)), []).append(person.nip)
    return dict(sorted(found.items()))


def _choice(kind: int, place: int, short: Mapping[str, int], hours: int, course: TrainingCourse) -> _Choice:
    closed = min(short.get(course.competence, 0), course.levels) if course.competence else 0
    return _Choice(kind, place, closed, min(hours, course.hours))


def _solved(
    choices: Sequence[_Choice], sizes: Sequence[int], courses: Sequence[TrainingCourse], budget: int
) -> tuple[list[int], bool]:
    """How many of each choice: each aim in turn, with what the earlier ones reached held fast."""
    if not choices:
        return [], True
    aims = [
        [-choice.levels for choice in choices],
        [-choice.hours for choice in choices],
        [courses[choice.course].cost for choice in choices],
        [place + 1 for place in range(len(choices))],
    ]
    held: list[tuple[list[int], int]] = []
    best: list[int] = [0] * len(choices)
    optimal = True
    for number, aim in enumerate(aims):
        values, proven = _model(choices, sizes, courses, budget, aim, held).run()
        total = sum(a * v for a, v in zip(aim, values, strict=True))
        if not proven or not _holds(choices, sizes, courses, budget, held, values):
            # What was found for the earlier aims stands; the order of equals alone needs no proof.
            return best, optimal and number == len(aims) - 1
        best = values
        if number < len(aims) - 1:
            optimal = optimal and abs(total) <= LARGEST_PROVEN * (1000 if number == 2 else 1)
        held.append((aim, total))
    return best, optimal


def _model(
    choices: Sequence[_Choice],
    sizes: Sequence[int],
    courses: Sequence[TrainingCourse],
    budget: int,
    aim: list[int],
    held: list[tuple[list[int], int]],
) -> IntegerModel:
    model = IntegerModel()
    for choice, worth in zip(choices, aim, strict=True):
        model.column(worth, min(sizes[choice.kind], courses[choice.course].places))
    every = range(len(choices))
    model.row(every, (courses[choice.course].cost for choice in choices), 0, budget)
    for kind, size in enumerate(sizes):
        own = [place for place in every if choices[place].kind == kind]
        if own:
            model.row(own, [1] * len(own), 0, size)
    for number, course in enumerate(courses):
        own = [place for place in every if choices[place].course == number]
        if own:
            model.row(own, [1] * len(own), 0, course.places)
    for worths, total in held:
        model.row(every, worths, -highspy.kHighsInf, total)
    return model


def _holds(
    choices: Sequence[_Choice],
    sizes: Sequence[int],
    courses: Sequence[TrainingCourse],
    budget: int,
    held: list[tuple[list[int], int]],
    values: Sequence[int],
) -> bool:
    """Exact check in whole numbers: budget, places, people, and what was reached before."""
    heads, seats = [0] * len(sizes), [0] * len(courses)
    for choice, count in zip(choices, values, strict=True):
        heads[choice.kind] += count
        seats[choice.course] += count
    cost = sum(courses[c.course].cost * n for c, n in zip(choices, values, strict=True))
    return (
        min(values) >= 0
        and cost <= budget
        and all(n <= size for n, size in zip(heads, sizes, strict=True))
        and all(n <= course.places for n, course in zip(seats, courses, strict=True))
        and all(sum(w * n for w, n in zip(worths, values, strict=True)) <= total for worths, total in held)
    )


def read_courses(path: Path, rules: CompetenceRules) -> list[TrainingCourse]:
    """A CSV file of courses. Refusal that names row and column."""
    known = {competence.code for competence in rules.competences}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            for heading in HEADINGS:
                if heading not in (reader.fieldnames or ()):
                    raise Refusal(
                        Message("{file}: column “{column}” is missing", file=path.name, column=heading)
                    )
            return [_course(path, row, cells, known) for row, cells in enumerate(reader, start=2)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refusal(
            Message("{file}: cannot be read: {reason}", file=path.name, reason=str(error))
        ) from None


def _course(path: Path, row: int, cells: Mapping[str, Any], known: set[str]) -> TrainingCourse:
    code = str(cells["competence"] or "").strip()
    if code and code not in known:
        form = Message("one of: {known}", known=", ".join(sorted(known)))
        raise _wrong(path, row, "competence", code, form)
    numbers = {name: _whole(path, row, name, cells[name]) for name in ("levels", "hours", "cost", "places")}
    return TrainingCourse(str(cells["course"] or "").strip(), code, **numbers)


def _whole(path: Path, row: int, name: str, written: object) -> int:
    text = str(written or "").strip()
    try:
        value = Decimal(text or "0")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= 10**12:
        raise _wrong(path, row, name, text, Message("a whole number"))
    return int(value)


def _wrong(path: Path, row: int, column: str, value: str, form: Message) -> Refusal:
    return Refusal(
        Message(
            "{file}: row {row}, column {column}: “{value}” is not {form}",
            file=path.name,
            row=row,
            column=column,
            value=value,
            form=form,
        )
    )
