"""One person's axes from its parts: what each part is worth, what is missing (BKN 411/2025).

`population/talent.py` computes the same of whole staffs by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sipinter.merit.data.tables import ACTING, AWARDS, BREADTH, FEEDBACK, FITS, GRADES, RATINGS, TEAMS
from sipinter.rules.sets.codes import EDUCATION
from sipinter.rules.sets.model import AxisPart

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
        return next(points for lower, points in part.steps if Fraction(value) >= lower)
    return Fraction(value) * 100 / POTENTIAL_MAX if part.code == "potential" else Fraction(value)
