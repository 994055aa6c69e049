"""The nine boxes: levels, box, follow-up, talent value (PermenPANRB 20/2025 art. 17, BKN 411/2025)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sipinter.rules.messages import Message, Refusal
from sipinter.rules.model import Text
from sipinter.rules.numbers import to_decimal
from sipinter.rules.sets.model import AxisPart, TalentRules

HUNDRED = Fraction(100)
# Lowest, middle and top.
PERFORMANCE_LEVELS = ("di_bawah", "sesuai", "di_atas")
POTENTIAL_LEVELS = ("rendah", "menengah", "tinggi")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where somebody stands on the map. Figures are exact, 0-100."""

    performance: Fraction
    potential: Fraction
    performance_level: str
    potential_level: str
    box: int
    talent_value: Fraction
    follow_up: tuple[Text, ...]


def place_in_box(rules: TalentRules, performance: Fraction, potential: Fraction) -> Placement:
    """The box of a performance (Y) and a potential (X). Refusal for a figure that cannot be one."""
    for name, value, parts in (("Y", performance, rules.performance), ("X", potential, rules.potential)):
        check_axis_range(name, value, axis_maximum(parts))
    return place_axes(rules, performance, potential)


def place_axes(rules: TalentRules, performance: Fraction, potential: Fraction) -> Placement:
    """The box of axes that were computed: a job person match above 100 may carry one beyond its maximum."""
    row = axis_level(rules, performance, PERFORMANCE_LEVELS)
    column = axis_level(rules, potential, POTENTIAL_LEVELS)
    box = rules.matrix[row, column]
    return Placement(
        performance=performance,
        potential=potential,
        performance_level=row,
        potential_level=column,
        box=box,
        talent_value=talent_value(rules, performance, potential),
        follow_up=rules.follow_up[box],
    )


def check_axis_range(what: str, value: Fraction, top: Fraction) -> None:
    """Refusal when the figure does not lie between 0 and `top`."""
    if not 0 <= value <= top:
        shown = to_decimal(value, 4).normalize()
        raise Refusal(
            Message("{what}: {value} is not between 0 and {max}", what=what, value=f"{shown:f}", max=top)
        )


def axis_maximum(parts: tuple[AxisPart, ...]) -> Fraction:
    """The highest figure of an axis: 100, or more where a variant's table goes above 100."""
    return sum((part.weight * max((HUNDRED, *part.points.values())) for part in parts), Fraction(0))


def axis_level(rules: TalentRules, value: Fraction, names: tuple[str, str, str]) -> str:
    """The lowest, middle or top of `names`."""
    return names[(value >= rules.middle) + (value >= rules.top)]


def talent_value(rules: TalentRules, performance: Fraction, potential: Fraction) -> Fraction:
    return performance * rules.performance_share + potential * rules.potential_share


def target_value(rules: TalentRules, tier: str, value: Fraction, technical: Fraction) -> Fraction:
    """The talent value for a target post whose technical competence was assessed. Refusal for other tiers."""
    if tier not in rules.target_posts:
        known = ", ".join(rules.target_posts)
        raise Refusal(
            Message("{what}: “{value}” is not one of: {known}", what="--tier", value=tier, known=known)
        )
    talent, weight = rules.target_posts[tier]
    return value * talent + technical * weight
