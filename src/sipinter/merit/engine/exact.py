"""Exact figures: whole numbers in place of fractions, one rounding (half up) at the end.

Tables hold a figure as int64 in units of 10**-7 (`UNIT`): 88.9333333 is 889333333. That is fine enough
for every published example and leaves room for products in 64 bits.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from sipinter.rules.numbers import round_half_up, to_decimal

DECIMALS = 7
UNIT = 10**DECIMALS


def to_units(value: Fraction) -> int:
    """The figure in units of 10**-7, rounded half up."""
    return round_half_up(value.numerator * UNIT, value.denominator)


def optional_units(value: Fraction | None) -> int | None:
    """The same, None for none."""
    return None if value is None else to_units(value)


def seven_decimals(value: Fraction | None) -> Decimal | None:
    """The figure with seven decimals, None for none."""
    return None if value is None else to_decimal(value, DECIMALS)
