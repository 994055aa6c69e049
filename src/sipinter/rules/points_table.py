"""Per instrument and gate answers: what each level of each indicator is worth, as whole numbers.

A score is a sum of whole numbers over one common scale, so that thousands of assessments
a second can be scored without a single rounding. Tables are made once and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

from sipinter.rules.model import Aspect, Indicator, Instrument, Text
from sipinter.rules.numbers import to_decimal


@dataclass(frozen=True, slots=True)
class AspectPoints:
    """One aspect: `units` are (indicator, points of one level) in scaled whole numbers."""

    code: str
    name: Text
    units: tuple[tuple[str, int], ...]
    max_points: int
    max: Decimal


@dataclass(frozen=True, slots=True)
class PointsTable:
    """`scale`: how many scaled points make one point of the score."""

    scale: int
    max: Decimal
    rows: tuple[AspectPoints, ...]
    units: Mapping[str, int]
    answerable: tuple[str, ...]
    applicable: frozenset[str]
    not_applicable: tuple[str, ...]


def points_table(instrument: Instrument, gates: Mapping[str, str]) -> PointsTable:
    """The table under these gate answers (which the caller has checked)."""
    if not instrument.gates:
        return _table(instrument, ())
    return _table(instrument, tuple(gates.get(gate.code) for gate in instrument.gates))


def pending_gates(instrument: Instrument, gates: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the gates without an answer."""
    return tuple(gate.code for gate in instrument.gates if gates.get(gate.code) is None)


@lru_cache(maxsize=1024)
def _table(instrument: Instrument, answers: tuple[str | None, ...]) -> PointsTable:
    given = dict(zip((gate.code for gate in instrument.gates), answers, strict=True))
    states = {code: _state(indicator, given) for code, indicator in instrument.indicators.items()}
    units, maxima = _unit_fractions(instrument, states)
    scale = lcm(*(value.denominator for value in (*units.values(), *maxima.values())))
    rows = tuple(_row(instrument, aspect, units, maxima[aspect.code], scale) for aspect in instrument.aspects)
    return PointsTable(
        scale=scale,
        max=to_decimal(sum(maxima.values(), Fraction()), instrument.decimals),
        rows=rows,
        units={code: int(unit * scale) for code, unit in units.items()},
        answerable=tuple(units),
        applicable=frozenset(units),
        not_applicable=tuple(code for code, state in states.items() if state is False),
    )


def _state(indicator: Indicator, given: Mapping[str, str | None]) -> bool | None:
    """Does it apply? None: its gate is not answered yet."""
    if indicator.applies is None:
        return True
    answer = given[indicator.applies.gate]
    return None if answer is None else answer in indicator.applies.choices


def _unit_fractions(
    instrument: Instrument, states: Mapping[str, bool | None]
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Points of one level by indicator, and the most points by aspect."""
    if instrument.method == "weighted_sum":
        return _sum_units(instrument, states)
    return _mean_units(instrument, states)


def _sum_units(
    instrument: Instrument, states: Mapping[str, bool | None]
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    units = {
        code: Fraction(indicator.weight or 0)
        for code, indicator in instrument.indicators.items()
        if states[code]
    }
    maxima = {
        aspect.code: sum((units[i.code] for i in aspect.indicators if i.code in units), Fraction())
        * instrument.max_level
        for aspect in instrument.aspects
    }
    return units, maxima


def _mean_units(
    instrument: Instrument, states: Mapping[str, bool | None]
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    open_aspects = [a for a in instrument.aspects if any(states[i.code] is not False for i in a.indicators)]
    shared = sum((aspect.weight for aspect in open_aspects), Fraction())
    maxima = {aspect.code: Fraction() for aspect in instrument.aspects}
    units: dict[str, Fraction] = {}
    for aspect in open_aspects:
        maxima[aspect.code] = 100 * aspect.weight / shared
        counted = [i.code for i in aspect.indicators if states[i.code]]
        for code in counted:
            units[code] = maxima[aspect.code] / (len(counted) * instrument.max_level)
    return units, maxima


def _row(
    instrument: Instrument, aspect: Aspect, units: Mapping[str, Fraction], maximum: Fraction, scale: int
) -> AspectPoints:
    return AspectPoints(
        code=aspect.code,
        name=aspect.title,
        units=tuple((i.code, int(units[i.code] * scale)) for i in aspect.indicators if i.code in units),
        max_points=int(maximum * scale),
        max=to_decimal(maximum, instrument.decimals),
    )
