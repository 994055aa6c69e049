"""One person's axes from its parts: what each part is worth, what is missing (BKN 411/2025); the place that
follows.

`population/talent.py` computes the same of whole staffs by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sipinter.merit.data.fact_rules import IDENTITY
from sipinter.merit.data.tables import ACTING, AWARDS, BREADTH, FEEDBACK, FITS, GRADES, RATINGS, TEAMS
from sipinter.merit.engine.exact import optional_units
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.merit.person.box import (
    PERFORMANCE_LEVELS,
    POTENTIAL_LEVELS,
    Placement,
    axis_level,
    place_axes,
    target_value,
)
from sipinter.merit.person.facts import Row, code_at
from sipinter.rules.sets.codes import EDUCATION
from sipinter.rules.sets.model import AxisPart, TalentRules

POTENTIAL_MAX = 40
# Which fact a part is looked up in, and the codes behind the fact's whole numbers.
RANKS: Mapping[str, tuple[str, ...]] = {
    "rating": RATINGS,
    "award": AWARDS,
    "assignment": TEAMS,
    "feedback": FEEDBACK,
    "breadth": BREADTH,
    "acting": ACTING,
    "education": EDUCATION,
    "field": FITS,
    "discipline": GRADES,
}
FACTS = {"development": "hours", "assessment": "jpm", "field": "fit", "discipline": "serving_or_grade"}
Value = str | int | Fraction | None


@dataclass(frozen=True, slots=True)
class Axis:
    """`figure` is None where a part that may not be missing is; `parts` are worths (0-100) by code."""

    figure: Fraction | None
    parts: Mapping[str, Fraction | None]
    missing: tuple[str, ...]


def compute_axis(parts: tuple[AxisPart, ...], values: Mapping[str, Value]) -> Axis:
    """An axis from its parts' values: a code, a whole number or a figure, None where not known."""
    worths = {part.code: part_worth(part, values) for part in parts}
    missing = tuple(part.code for part in parts if worths[part.code] is None)
    refused = any(worths[part.code] is None and part.missing == "refuse" for part in parts)
    total = sum((part.weight * (worths[part.code] or 0) for part in parts), Fraction(0))
    return Axis(None if refused else total, worths, missing)


def part_worth(part: AxisPart, values: Mapping[str, Value]) -> Fraction | None:
    """What a part is worth, 0-100; None where it is not known, or of a code that the rules do not value."""
    if part.mean_of:
        worths = [part_worth(inner, values) for inner in part.mean_of]
        known = [value for value in worths if value is not None]
        return sum(known, Fraction(0)) / len(worths) if len(known) == len(worths) else None
    value = values.get(part.code)
    if value is None:
        return None
    if part.points:
        return part.points.get(str(value))
    if part.steps:
        return next((points for lower, points in part.steps if Fraction(value) >= lower), None)
    return Fraction(value) * 100 / POTENTIAL_MAX if part.code == "potential" else Fraction(value)


@dataclass(frozen=True, slots=True)
class PersonMap:
    """Both axes, and the place where both have a figure; `target_value` where a post is aimed at."""

    values: Mapping[str, Value]
    performance: Axis
    potential: Axis
    placement: Placement | None
    technical: Fraction | None
    target_value: Fraction | None

    @property
    def missing(self) -> tuple[str, ...]:
        return *self.performance.missing, *self.potential.missing


def map_person(rules: TalentRules, fact: Row) -> PersonMap:
    """Where the facts of one person (`facts.fact_of`) place it. Figures are exact."""
    values = part_values(fact)
    y, x = compute_axis(rules.performance, values), compute_axis(rules.potential, values)
    placed = None if y.figure is None or x.figure is None else place_axes(rules, y.figure, x.figure)
    technical = None if fact["technical"] is None else Fraction(fact["technical"], MILLIONTHS)
    target = None
    if placed and technical is not None and fact["target_tier"] in rules.target_posts:
        target = target_value(rules, fact["target_tier"], placed.talent_value, technical)
    return PersonMap(values, y, x, placed, technical, target)


def part_values(fact: Row) -> dict[str, Value]:
    """What each part is looked up by: a code, a whole number or a figure, None where not known."""
    values: dict[str, Value] = {
        name: code_at(codes, fact[FACTS.get(name, name)])
        for name, codes in RANKS.items()
        if name != "discipline"
    }
    values |= {"development": fact["hours"], "tenure": fact["tenure"], "potential": fact["potential"]}
    values["assessment"] = None if fact["jpm"] is None else Fraction(fact["jpm"], MILLIONTHS)
    values["discipline"] = GRADES[-1] if fact["serving"] == 1 else code_at(GRADES, fact["grade"])
    return values


def has_expired_assessment(fact: Row) -> bool:
    """Was there an assessment that is too old by now?"""
    return fact["assessed_on"] is not None and fact["jpm"] is None


def map_row(fact: Row, rules: TalentRules) -> dict[str, int | str | None]:
    """The row that `map_boxes` has of a person: figures in units of 10**-7, each rounded half up."""
    found = map_person(rules, fact)
    axes = {"performance": found.performance, "potential": found.potential}
    placed = found.placement
    return {
        **{name: fact[name] for name in IDENTITY},
        **{
            f"{axis}_{code}": optional_units(worth)
            for axis, parts in axes.items()
            for code, worth in parts.parts.items()
        },
        **{axis: optional_units(parts.figure) for axis, parts in axes.items()},
        "performance_level": _level(rules, found.performance, PERFORMANCE_LEVELS),
        "potential_level": _level(rules, found.potential, POTENTIAL_LEVELS),
        "box": placed and placed.box,
        "talent_value": placed and optional_units(placed.talent_value),
        "target_tier": fact["target_tier"],
        "target_value": optional_units(found.target_value),
        "follow_up": placed and follow_up_text(rules, placed.box),
        "missing": ";".join(found.missing),
        "assessment_expired": int(has_expired_assessment(fact)),
    }


def _level(rules: TalentRules, axis: Axis, names: tuple[str, str, str]) -> str | None:
    return None if axis.figure is None else axis_level(rules, axis.figure, names)


def follow_up_text(rules: TalentRules, box: int) -> str:
    """The steps of a box as they stand in the table."""
    return "; ".join(str(step) for step in rules.follow_up[box])
