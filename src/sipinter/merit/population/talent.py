"""The nine boxes of a whole staff (PermenPANRB 20/2025 art. 17, BKN 411/2025): facts in, boxes out.

All arithmetic is on int64: an axis is a sum of whole numbers over one common denominator, chosen from the
rules so that nothing is rounded before the end. Results agree with `person/talent.py` and
`person/box.py` to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm

import narwhals as nw

from sipinter.merit.data.fact_rules import IDENTITY, FactWindows
from sipinter.merit.data.prepared_facts import load_facts
from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import GRADES
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.exact import UNIT
from sipinter.merit.engine.lookup import divide_half_up, lookup_code, lookup_step, missing_names
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.merit.person.talent import FACTS, POTENTIAL_MAX, RANKS, follow_up_text
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import EXPECTATIONS, POTENTIALS
from sipinter.rules.sets.model import AxisPart, PerformanceRules, TalentRules

LEVELS = (0, 1, 2)
PLACED = (
    "performance",
    "potential",
    "performance_level",
    "potential_level",
    "box",
    "talent_value",
    "target_tier",
    "target_value",
    "follow_up",
    "missing",
    "assessment_expired",
)


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A part as a whole number times an exact factor: worth = value x factor."""

    part: AxisPart
    value: nw.Expr
    factor: Fraction


def compute_talent_map(staff: Staff, on: date, rules_id: str | None = None) -> Result:
    """The nine boxes of a staff on a day: one row an employee, as `map_boxes` says."""
    rules = rules_for(TalentRules, on, rules_id)
    facts = load_facts(staff, FactWindows.of(rules, on), rules_for(PerformanceRules, on))
    frame = staff.engine.keep(map_boxes(facts, rules))
    return make_result(
        staff,
        frame,
        rules.header.id,
        on,
        decided="box",
        figures=talent_map_figures(rules),
        summed=("assessment_expired",),
    )


def map_boxes(facts: Frame, rules: TalentRules) -> Frame:
    """Every part's worth, both axes, levels, box, talent value, follow-up and what was missing."""
    named = ((f"map_{name}", name) for name in talent_map_columns(rules))
    return add_boxes(facts, rules).select(*IDENTITY, *(nw.col(own).alias(name) for own, name in named))


def talent_map_columns(rules: TalentRules) -> list[str]:
    """The result's columns, after who it is."""
    axes = {"performance": rules.performance, "potential": rules.potential}
    worths = [f"{axis}_{part.code}" for axis, parts in axes.items() for part in parts]
    return [*worths, *PLACED]


def add_boxes(facts: Frame, rules: TalentRules) -> Frame:
    """The facts and, beside them, the results as `map_*`."""
    performance = [_term(part) for part in rules.performance]
    potential = [_term(part) for part in rules.potential]
    scale = _scale([*performance, *potential])
    axes = {"performance": performance, "potential": potential}
    worths = {f"map_{axis}_{t.part.code}": _worth(t, scale) for axis, terms in axes.items() for t in terms}
    staged = facts.with_columns(serving_or_grade=_discipline()).with_columns(
        **worths, map_y=_axis(performance, "performance", scale), map_x=_axis(potential, "potential", scale)
    )
    return _placed(staged, rules, scale, list(worths))


def talent_map_figures(rules: TalentRules) -> list[str]:
    """The result's columns that are figures (units of 10**-7)."""
    parts = [f"performance_{part.code}" for part in rules.performance]
    parts += [f"potential_{part.code}" for part in rules.potential]
    return [*parts, "performance", "potential", "talent_value", "target_value"]


def _term(part: AxisPart) -> WeightedTerm:
    if part.mean_of:
        unit = lcm(*(_denominator(inner) for inner in part.mean_of))
        total = _looked_up(part.mean_of[0], unit)
        for inner in part.mean_of[1:]:
            total = total + _looked_up(inner, unit)
        return WeightedTerm(part, total, Fraction(1, unit * len(part.mean_of)))
    if part.points or part.steps:
        unit = _denominator(part)
        return WeightedTerm(part, _looked_up(part, unit), Fraction(1, unit))
    if part.code == "potential":
        return WeightedTerm(part, nw.col("potential"), Fraction(100, POTENTIAL_MAX))
    return WeightedTerm(part, nw.col(FACTS.get(part.code, part.code)), Fraction(1, MILLIONTHS))


def _denominator(part: AxisPart) -> int:
    worths = (*part.points.values(), *(points for _, points in part.steps))
    return lcm(*(worth.denominator for worth in worths))


def _looked_up(part: AxisPart, unit: int) -> nw.Expr:
    """A part's points in whole numbers of 1/unit."""
    if part.steps:
        steps = [(lower, int(points * unit)) for lower, points in part.steps]
        return lookup_step(nw.col(FACTS.get(part.code, part.code)), steps)
    codes = RANKS[part.code]
    points = {codes.index(code): int(worth * unit) for code, worth in part.points.items() if code in codes}
    return lookup_code(nw.col(FACTS.get(part.code, part.code)), points)


def _discipline() -> nw.Expr:
    """The grade, or being served, which is the last of the codes."""
    return nw.when(nw.col("serving") == 1).then(nw.lit(len(GRADES) - 1)).otherwise(nw.col("grade"))


def _scale(terms: list[WeightedTerm]) -> int:
    """The common denominator of all worths and weighted worths; a multiple of the unit of figures."""
    factors = [term.factor for term in terms] + [term.factor * term.part.weight for term in terms]
    return lcm(UNIT, *(factor.denominator for factor in factors))


def _worth(term: WeightedTerm, scale: int) -> nw.Expr:
    return term.value * int(term.factor * scale)


def _axis(terms: list[WeightedTerm], axis: str, scale: int) -> nw.Expr:
    """Sum of weighted worths; null where a part is null that the rules do not count as zero."""
    total: nw.Expr | None = None
    for term in terms:
        value = term.value * int(term.factor * term.part.weight * scale)
        value = value.fill_null(0) if term.part.missing == "zero" else value
        total = value if total is None else total + value
    assert total is not None, axis
    return total


def _placed(staged: Frame, rules: TalentRules, scale: int, worths: list[str]) -> Frame:
    shares = (rules.performance_share, rules.potential_share)
    unit = lcm(*(share.denominator for share in shares))
    talent = nw.col("map_y") * int(shares[0] * unit) + nw.col("map_x") * int(shares[1] * unit)
    row, column = (_level(nw.col(name), rules, scale) for name in ("map_y", "map_x"))
    placed = staged.with_columns(map_row=row, map_column=column, map_talent=talent).with_columns(
        map_box=lookup_code(nw.col("map_row") * len(LEVELS) + nw.col("map_column"), _matrix(rules)),
        map_target_value=_target(rules, scale * unit),
        map_missing=missing_names(
            {name.removeprefix("map_").partition("_")[2]: nw.col(name) for name in worths}
        ),
    )
    divisor = scale // UNIT
    return placed.with_columns(
        **{name: divide_half_up(nw.col(name), divisor) for name in worths},
        map_performance=divide_half_up(nw.col("map_y"), divisor),
        map_potential=divide_half_up(nw.col("map_x"), divisor),
        map_performance_level=lookup_code(nw.col("map_row"), dict(enumerate(reversed(list(EXPECTATIONS))))),
        map_potential_level=lookup_code(nw.col("map_column"), dict(enumerate(reversed(list(POTENTIALS))))),
        map_talent_value=divide_half_up(nw.col("map_talent"), divisor * unit),
        map_target_tier=nw.col("target_tier"),
        map_follow_up=lookup_code(nw.col("map_box"), _follow_up(rules)),
        map_assessment_expired=_expired(),
    ).drop("serving_or_grade", "map_row", "map_column", "map_talent", "map_x", "map_y")


def _level(value: nw.Expr, rules: TalentRules, scale: int) -> nw.Expr:
    """0, 1 or 2: bottom, middle, top. Thresholds are met exactly, before any rounding."""
    steps = [(-(-rules.top.numerator * scale // rules.top.denominator), 2)]
    steps += [(-(-rules.middle.numerator * scale // rules.middle.denominator), 1), (0, 0)]
    return lookup_step(value, steps)


def _matrix(rules: TalentRules) -> dict[int, int]:
    rows, columns = list(reversed(list(EXPECTATIONS))), list(reversed(list(POTENTIALS)))
    return {
        r * len(LEVELS) + c: rules.matrix[row, column]
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
    }


def _follow_up(rules: TalentRules) -> dict[int, str]:
    return {box: follow_up_text(rules, box) for box in rules.follow_up}


def _target(rules: TalentRules, scale: int) -> nw.Expr:
    """Talent value and technical competence for the target post, by its tier; null without either."""
    unit = lcm(*(share.denominator for pair in rules.target_posts.values() for share in pair))
    chain: nw.Expr | None = None
    for tier, (talent, technical) in rules.target_posts.items():
        value = nw.col("map_talent") * int(talent * unit) + nw.col("technical") * int(
            technical * unit * scale / MILLIONTHS
        )
        case = nw.when(nw.col("target_tier") == tier).then(value)
        chain = case if chain is None else nw.coalesce(chain, case)
    assert chain is not None
    return divide_half_up(chain, scale * unit // UNIT)


def _expired() -> nw.Expr:
    """Was there an assessment that is too old by now?"""
    return (
        nw.when(nw.col("jpm").is_null() & ~nw.col("assessed_on").is_null())
        .then(nw.lit(1))
        .otherwise(nw.lit(0))
        .cast(nw.Int64)
    )
