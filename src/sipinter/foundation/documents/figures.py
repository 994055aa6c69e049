"""Figures and dates as they stand in official papers."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

LOCALES = {"id": "id_ID", "en": "en_GB"}


def shorten_decimal(number: Decimal) -> Decimal:
    """The same number without trailing zeros after the decimal point: 332.500 -> 332.5, 410.000 -> 410."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def round_hundredths(number: Decimal) -> Decimal:
    """Two decimal places, half up: the form of an index."""
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def round_tenths(number: Decimal) -> Decimal:
    """One decimal place, half up: the form of a percentage."""
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)


def needed_decimals(numbers: Iterable[Decimal]) -> int:
    """How many decimal places a column needs so that no figure of it loses anything."""
    return max((-int(shorten_decimal(number).as_tuple().exponent) for number in numbers), default=0)


def figure_text(number: Decimal, lang: str, decimals: int | None = None) -> str:
    """ "332,5" in Indonesian, "332.5" in English; `decimals` places, or as many as the number has."""
    if decimals is None:
        decimals = needed_decimals([number])
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(number, format=pattern, locale=LOCALES[lang])


def long_date(day: date, lang: str) -> str:
    """ "22 November 2026"."""
    return format_date(day, format="d MMMM y", locale=LOCALES[lang])
