"""Exact figures: reading them, rounding them half-up. No binary floats anywhere."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

FIGURE = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?(?:/[1-9]\d{0,8})?")


def parse_fraction(text: str) -> Fraction:
    """Reads "2.5", "40" or "270/28". ValueError for anything else (exponents, signs other than -, blanks)."""
    if not FIGURE.fullmatch(text):
        raise ValueError(text)
    numerator, _, denominator = text.partition("/")
    return Fraction(Decimal(numerator)) / (int(denominator) if denominator else 1)


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator/denominator to the nearest whole number, halves away from zero. denominator > 0."""
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def to_decimal(value: Fraction | Decimal | int, decimals: int) -> Decimal:
    """The value rounded half-up to `decimals` places; trailing noughts are kept (327.0)."""
    exact = Fraction(value)
    return Decimal(round_half_up(exact.numerator * 10**decimals, exact.denominator)).scaleb(-decimals)


def strip_zeros(value: Decimal) -> Decimal:
    """The same figure without trailing noughts and without an exponent: 327.0 -> 327, 37.50 -> 37.5."""
    text = f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
