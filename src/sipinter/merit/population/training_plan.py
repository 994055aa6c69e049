"""A plan of training within a budget that is proven best.

In one plan everybody gets one course at most. Courses are chosen so that, in this order, most levels are
closed, most hours of the right are covered, least money is spent; of plans alike in all three the one that
takes the first courses of the list for the first kinds of need.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import highspy

from sipinter.merit.data.result import Result
from sipinter.merit.engine.output import write_meta
from sipinter.rules.knapsack import LARGEST_PROVEN, IntegerModel
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.model import CompetenceRules

MOST_CHOICES = 200_000
HEADINGS = ("course", "competence", "levels", "hours", "cost", "places")
PLACES = ("nip", "course", "competence", "levels", "hours", "cost", "rule_id", "on")


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


def compute_training_plan(needs: Result, courses: Sequence[TrainingCourse], budget: int) -> TrainingPlan:
    """The best plan for the needs of everybody (`compute_training_needs`) that the budget, in rupiah, pays.

    Refusal as `plan_courses`.
    """
    lacking = (row for row in needs.rows() if (row["levels_short"] or 0) > 0 or (row["hours_short"] or 0) > 0)
    return plan_courses([_need(row) for row in lacking], courses, budget)


def _need(row: Mapping[str, Any]) -> TrainingNeed:
    short = {
        name.removeprefix("short_"): int(value)
        for name, value in row.items()
        if name.startswith("short_") and value
    }
    return TrainingNeed(int(row["nip"]), short, int(row["hours_short"] or 0))


def write_training_plan(plan: TrainingPlan, needs: Result, budget: int, path: Path) -> dict[str, Any]:
    """Writes the places as CSV or JSON and FILE.meta.json; gives the sums.

    Refusal for a Parquet file.
    """
    if path.suffix == ".parquet":
        raise Refusal(Message("{path}: a plan is written as .csv or .json", path=path))
    rows = [_place_row(place, needs) for place in plan.places]
    if path.suffix == ".json":
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, PLACES, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    summary = {
        "rule_id": needs.rules_id,
        "on": needs.on.isoformat(),
        "budget": budget,
        "cost": plan.cost,
        "places": len(rows),
        "levels_closed": plan.levels,
        "hours_covered": plan.hours,
        "optimal": plan.optimal,
    }
    write_meta(path, {**summary, "input_sha256": needs.staff.input_sha256()})
    return summary


def _place_row(place: tuple[int, TrainingCourse, int, int], needs: Result) -> dict[str, object]:
    nip, course, levels, hours = place
    return {
        "nip": str(nip),
        "course": course.course,
        "competence": course.competence,
        "levels": levels,
        "hours": hours,
        "cost": course.cost,
        "rule_id": needs.rules_id,
        "on": needs.on.isoformat(),
    }


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
