"""Needs of training of a whole staff (PermenPANRB 38/2017, PP 11/2017).

A need is a level of a competence below what the post asks for, or hours (JP) short of the yearly right.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.facts import employee_facts
from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.population.competence import competence_gap_columns, staff_competences
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import CompetenceRules, PerformanceRules


def compute_training_needs(
    staff: Staff, on: date, rules_id: str | None = None, *, units: bool = False
) -> Result:
    """Everybody's need of training or, with `units`, every unit's."""
    rules = rules_for(CompetenceRules, on, rules_id)
    frame = staff.engine.keep(training_needs(staff, rules, rules_for(PerformanceRules, on), on))
    summed = ("levels_short", "hours_short")
    if units:
        return make_result(
            staff,
            training_needs_by_unit(frame),
            rules.header.id,
            on,
            decided="assessed",
            order=("agency", "unit"),
            summed=summed,
            rows_are="units",
        )
    return make_result(staff, frame, rules.header.id, on, decided="levels_short", summed=summed)


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
