"""The computations on posts, heads, ratings, training and allowances, from a folder to a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Engine
from sipinter.merit.engine.choice import open_engine
from sipinter.merit.engine.dates import date_number
from sipinter.merit.population import incentive, performance, training, workforce
from sipinter.merit.population.report import StaffReport
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import (
    CompetenceRules,
    IncentiveRules,
    PerformanceRules,
    RetirementRules,
    WorkloadRules,
)


def retirement_report(
    folder: Path,
    on: date,
    rules_id: str | None = None,
    engine: Engine | None = None,
    *,
    years: int | None = None,
) -> StaffReport:
    """Who retires when, in order of the day; with `years` those only who are due within so many."""
    rules = rules_for(RetirementRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    frame = workforce.staff_retirements(staff, rules, on)
    if years is not None:
        frame = frame.filter(nw.col("retires_on") <= date_number(on) + years * workforce.A_YEAR)
    kept = staff.engine.keep(frame)
    return StaffReport(
        staff, kept, rules.header.id, on, [], ("retires_on", "nip"), "retires_on", ("retired",)
    )


def projection_report(
    folder: Path, on: date, rules_id: str | None = None, engine: Engine | None = None
) -> StaffReport:
    """Heads of every post and unit over five years."""
    rules = rules_for(RetirementRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    frame = staff.engine.keep(workforce.staff_projection(staff, rules, on))
    summed = ("heads", "due", *(f"leave_{year}" for year in workforce.YEARS), "stay", "unknown")
    return StaffReport(
        staff, frame, rules.header.id, on, [], workforce.PLACE, "heads", summed, rows_are="posts"
    )


def workload_report(
    folder: Path,
    on: date,
    rules_id: str | None = None,
    engine: Engine | None = None,
    *,
    growth: Fraction = Fraction(0),
    units: bool = False,
) -> StaffReport:
    """Need and position of every post, or of every unit."""
    rules = rules_for(WorkloadRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    posts = workforce.staff_workload(staff, rules, rules_for(RetirementRules, on), on, growth)
    kept = staff.engine.keep(posts)
    summed = ("need", "holders", "surplus", "deficit")
    if units:
        frame = workforce.workload_by_unit(kept)
        return StaffReport(
            staff, frame, rules.header.id, on, [], ("agency", "unit"), "need", summed, rows_are="units"
        )
    scaled = kept.with_columns(minutes=nw.col("minutes") * 10)
    figures = ["minutes", "load", "efficiency"]
    return StaffReport(
        staff, scaled, rules.header.id, on, figures, workforce.PLACE, "need", summed, rows_are="posts"
    )


def rating_report(
    folder: Path,
    on: date,
    rules_id: str | None = None,
    engine: Engine | None = None,
    *,
    year: int | None = None,
    organisation: str | None = None,
    units: bool = False,
) -> StaffReport:
    """Everybody's rating of a year; with the organisation's rating the distribution by agency or unit."""
    rules = rules_for(PerformanceRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    frame = staff.engine.keep(performance.staff_ratings(staff, rules, on.year - 1 if year is None else year))
    if organisation is None:
        return StaffReport(staff, frame, rules.header.id, on, [], ("nip",), "rating", ("differs",))
    keys = ("agency", "unit") if units else ("agency",)
    groups = staff.engine.keep(performance.rating_distribution(frame, rules, organisation, keys))
    what = "units" if units else "agencies"
    return StaffReport(
        staff, groups, rules.header.id, on, [], keys, "organisation", ("employees", "rated"), rows_are=what
    )


def training_report(
    folder: Path, on: date, rules_id: str | None = None, engine: Engine | None = None, *, units: bool = False
) -> StaffReport:
    """Everybody's need of training, or every unit's."""
    rules = rules_for(CompetenceRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    frame = staff.engine.keep(training.training_needs(staff, rules, rules_for(PerformanceRules, on), on))
    summed = ("levels_short", "hours_short")
    if units:
        groups = training.training_needs_by_unit(frame)
        return StaffReport(
            staff, groups, rules.header.id, on, [], ("agency", "unit"), "assessed", summed, rows_are="units"
        )
    return StaffReport(staff, frame, rules.header.id, on, [], ("nip",), "levels_short", summed)


def training_plan(
    report: StaffReport, courses: list[training.TrainingCourse], budget: int
) -> training.TrainingPlan:
    """The best plan for the needs of a report of everybody (`training_report`)."""
    rows = report.staff.engine.rows(report.frame)
    people = [_need(row) for row in rows if (row["levels_short"] or 0) > 0 or (row["hours_short"] or 0) > 0]
    return training.plan_courses(people, courses, budget)


def _need(row: Mapping[str, Any]) -> training.TrainingNeed:
    short = {
        name.removeprefix("short_"): int(value)
        for name, value in row.items()
        if name.startswith("short_") and value
    }
    return training.TrainingNeed(int(row["nip"]), short, int(row["hours_short"] or 0))


def incentive_report(
    folder: Path,
    on: date,
    rules_id: str | None = None,
    engine: Engine | None = None,
    *,
    month: int | None = None,
) -> StaffReport:
    """Everybody's regional allowance of a month; the month before the day unless given."""
    rules = rules_for(IncentiveRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    before = on.year * 100 + on.month - 1 if on.month > 1 else (on.year - 1) * 100 + 12
    frame = staff.engine.keep(incentive.staff_incentives(staff, rules, before if month is None else month))
    return StaffReport(
        staff, frame, rules.header.id, on, incentive.FIGURES, ("nip",), "payment", ("payment",)
    )
