"""The professionalism index of a whole staff (PermenPANRB 38/2018, Peraturan BKN 8/2019).

Facts in, index out. The same rules as `person/professionalism.py`, on int64.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from math import lcm

import narwhals as nw

from sipinter.merit.data.fact_rules import IDENTITY, FactWindows
from sipinter.merit.data.prepared_facts import load_facts
from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import GRADES, RATINGS, TIER_CODES
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.exact import UNIT
from sipinter.merit.engine.lookup import divide_half_up, lookup_code, lookup_step, missing_names
from sipinter.merit.person.professionalism import LEADERSHIP_OF
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP, TIERS, post_group
from sipinter.rules.sets.model import GroupPoints, PerformanceRules, ProfessionalismRules

DIMENSIONS = ("qualification", "competence", "performance", "discipline")
FIGURES = [*DIMENSIONS, "index"]
TABLES = ("rating", "training", "discipline")


def compute_professionalism(
    staff: Staff, on: date, rules_id: str | None = None, *, agencies: bool = False
) -> Result:
    """The professionalism index of a staff on a day: one row an employee or, with `agencies`, an agency."""
    rules = rules_for(ProfessionalismRules, on, rules_id)
    facts = load_facts(staff, FactWindows(on), rules_for(PerformanceRules, on), TABLES)
    frame = staff.engine.keep(staff_professionalism(facts, rules))
    if agencies:
        means = professionalism_by_agency(frame)
        return make_result(
            staff, means, rules.header.id, on, decided="index", order=("agency",), figures=("index",)
        )
    return make_result(staff, frame, rules.header.id, on, decided="index", figures=FIGURES)


def staff_professionalism(facts: Frame, rules: ProfessionalismRules) -> Frame:
    """The four dimensions, index, category and what was missing of every employee."""
    return add_professionalism(facts, rules).select(
        *IDENTITY,
        "group",
        *(nw.col(f"index_{name}").alias(name) for name in DIMENSIONS),
        "index",
        nw.col("index_category").alias("category"),
        nw.col("index_missing").alias("missing"),
    )


def add_professionalism(facts: Frame, rules: ProfessionalismRules) -> Frame:
    """The facts and, beside them, `group`, `index` and the other results as `index_*`."""
    scale = _scale(rules)
    points = _points(rules, scale)
    staged = facts.with_columns(
        index_qualification=lookup_code(nw.col("education"), points(rules.qualification, EDUCATION)),
        index_competence=_competence(rules, scale),
        index_performance=lookup_code(nw.col("rating"), points(rules.performance, RATINGS)),
        index_discipline=lookup_code(nw.col("grade"), points(rules.discipline, GRADES)),
    )
    parts = {name: nw.col(f"index_{name}") for name in DIMENSIONS}
    total = parts["qualification"] + parts["competence"] + parts["performance"] + parts["discipline"]
    summed = staged.with_columns(index_total=total, index_missing=missing_names(parts))
    bounds = [(int(band.lower * scale), band.code) for band in reversed(rules.categories)]
    return summed.with_columns(
        group=lookup_code(
            nw.col("tier_number"), {place: post_group(tier) for place, tier in enumerate(TIERS)}
        ),
        **{f"index_{name}": divide_half_up(part, scale // UNIT) for name, part in parts.items()},
        index=divide_half_up(nw.col("index_total"), scale // UNIT),
        index_category=lookup_step(nw.col("index_total"), bounds),
    ).drop("index_total")


def professionalism_by_agency(indexes: Frame) -> Frame:
    """The index of each agency: the mean over the employees who have one, and how many those are."""
    known = indexes.group_by("agency").agg(
        employees=nw.len().cast(nw.Int64),
        with_index=nw.col("index").count().cast(nw.Int64),
        total=nw.col("index").sum().cast(nw.Int64),
    )
    some = nw.col("with_index") > 0
    mean = (nw.col("total") * 2 + nw.col("with_index")) // (nw.col("with_index") * 2)
    return known.select("agency", "employees", "with_index", index=nw.when(some).then(mean))


def _scale(rules: ProfessionalismRules) -> int:
    groups = [(g.training, g.technical, g.seminar) for g in rules.groups.values()]
    figures: list[Fraction] = [worth for group in groups for worth in group]
    for table in (rules.qualification, rules.performance, rules.discipline):
        figures += table.values()
    figures += [band.lower for band in rules.categories]
    return lcm(UNIT, *(figure.denominator for figure in figures))


def _points(
    rules: ProfessionalismRules, scale: int
) -> Callable[[Mapping[str, Fraction], tuple[str, ...]], dict[int, int]]:
    def points(table: Mapping[str, Fraction], codes: tuple[str, ...]) -> dict[int, int]:
        return {codes.index(code): int(worth * scale) for code, worth in table.items() if code in codes}

    return points


def _competence(rules: ProfessionalismRules, scale: int) -> nw.Expr:
    """By group of posts: training of the post, technical training of the year before, seminar.

    Null stays null: a condition on what is not known is neither true nor false.
    """
    tier = nw.col("tier_number")
    required = lookup_code(
        tier, {TIER_CODES.index(t): LEADERSHIP.index(code) for t, code in LEADERSHIP_OF.items()}
    )
    functional = nw.col("functional") == 1
    trained = nw.when(required.is_null()).then(functional).otherwise(nw.col("leadership") >= required)
    technical = nw.col("technical_hours") >= rules.technical_hours
    seminar = nw.col("seminar") == 1

    def worth(holds: nw.Expr, points: Callable[[GroupPoints], Fraction]) -> nw.Expr:
        table = {
            place: int(points(rules.groups[post_group(code)]) * scale) for place, code in enumerate(TIERS)
        }
        return lookup_code(tier, table) * holds.cast(nw.Int64)

    return (
        worth(trained, lambda group: group.training)
        + worth(technical, lambda group: group.technical)
        + worth(seminar, lambda group: group.seminar)
    )
