"""The rules of facts: how far back records count, and how a figure stands behind its day.

Table expressions (`facts.py`) and the pure function for one person (`person/facts.py`) go by them; no engine
is imported here. The arithmetic takes whole numbers and expressions alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sipinter.merit.engine.dates import date_number, years_before
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.rules.sets.model import AxisPart, TalentRules

if TYPE_CHECKING:
    import narwhals as nw

Number = TypeVar("Number", int, "nw.Expr")

IDENTITY = ("nip", "agency", "unit", "post", "tier")
PLACING = ("post", "target_post", "field", "field_group")  # compared with what the post asks for
FIELD_FITS, FIELD_NEAR, FIELD_DIFFERS = 2, 1, 0  # places in `tables.FITS`
A_YEAR = 10_000  # of a date as YYYYMMDD
DAY_SHIFT = 10**9  # a figure below 1,000 (in millionths) behind its day: the greatest is the latest
SUM_SHIFT = 100  # a sum of levels below 100 behind its day


@dataclass(frozen=True, slots=True)
class FactWindows:
    """How far back each kind of record counts, in years, and the day itself."""

    on: date
    award: int = 5
    assignment: int = 2
    assessment: int = 3
    potential: int = 3

    @classmethod
    def of(cls, rules: TalentRules, on: date) -> FactWindows:
        """The look-backs of the rules; the defaults for parts that they do not have."""
        parts: dict[str, AxisPart] = {part.code: part for part in (*rules.performance, *rules.potential)}
        years = {
            code: parts[code].look_back_years or getattr(cls(on), code)
            for code in ("award", "assignment", "assessment", "potential")
            if code in parts
        }
        return cls(on, **years)

    @property
    def today(self) -> int:
        """The last day that counts."""
        return date_number(self.on)

    @property
    def last_year(self) -> int:
        """The year whose rating and training count: the one before."""
        return self.on.year - 1

    @property
    def last_year_days(self) -> tuple[int, int]:
        """That year's first and last day."""
        return date_number(date(self.last_year, 1, 1)), date_number(date(self.last_year, 12, 31))

    def since(self, years: int) -> int:
        """The last day that does not count any more."""
        return date_number(years_before(self.on, years))


def full_years(since: Number, windows: FactWindows) -> Number:
    """Full years from a day that is not to come."""
    return (windows.today - since) // A_YEAR


def match_in_percent(reached: Number, required: Number) -> Number:
    """Job person match of two sums of levels, in millionths of a per cent, rounded half up."""
    return (reached * (200 * MILLIONTHS) + required) // (required * 2)


def put_behind_day(day: Number, figure: Number, shift: int) -> Number:
    """One number of which the greatest is the latest, and of one day the highest."""
    return day * shift + figure


def first_after(day: int, shift: int) -> int:
    """The lowest number behind a later day. Compared, not divided: some engines divide in floating point."""
    return (day + 1) * shift
