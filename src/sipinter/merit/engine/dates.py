"""Days: as they stand in a frame, and as look-backs in years count them."""

from __future__ import annotations

from datetime import date


def years_before(on: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes 28 February."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def date_of(number: int) -> date:
    """The day behind YYYYMMDD."""
    return date(number // 10000, number // 100 % 100, number % 100)


def date_number(day: date) -> int:
    """YYYYMMDD, as a day stands in a frame."""
    return day.year * 10000 + day.month * 100 + day.day
