"""The index of a score, and the score that an index needs. Exact fractions."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

from sipinter.rules.model import IndexRule, Instrument

Point = tuple[Fraction, Fraction]


def exact_index(
    instrument: Instrument, score: Fraction, survey: Decimal | None, bonus: Decimal | None
) -> Fraction | None:
    """The unrounded index; None where the instrument has none or the survey is still missing."""
    rule = instrument.index_rule
    if rule is None:
        return None
    extra = Fraction(instrument.bonus if bonus is None else bonus)
    if rule.method == "piecewise":
        return interpolate(rule.points, score) + extra
    if survey is None and any(c.code == "survey" for c in instrument.components):
        return None
    values = {"maturity": score / 100, "survey": Fraction(survey or 0)}
    return sum((Fraction(c.weight) * values[c.code] for c in instrument.components), extra)


def interpolate(points: tuple[Point, ...], x: Fraction) -> Fraction:
    """The piecewise line at x, constant beyond its ends.

    Two points with the same x are a jump: from that x on the second one holds.
    """
    if x < points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if x0 <= x < x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]


def score_for_index(rule: IndexRule, wanted: Fraction) -> Fraction | None:
    """The smallest score whose piecewise index is at least `wanted`; None when no score has it."""
    points = rule.points
    if points[0][1] >= wanted:
        return Fraction(0)
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if y1 >= wanted:
            return x1 if y0 == y1 or x0 == x1 else x0 + (wanted - y0) * (x1 - x0) / (y1 - y0)
    return None
