"""Lookups on dates and figures that several computations share."""

from __future__ import annotations

from datetime import date


def years_before(on: date, years: int) -> date:
    """The same day `years` earlier; 29 February becomes 28 February."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def full_years(since: date, on: date) -> int:
    """Whole years from one date to another."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))
