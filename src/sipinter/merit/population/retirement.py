"""Who retires when, and how many stay in the coming five years (PP 11/2017 art. 239).

All on int64; a date is YYYYMMDD.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.dates import date_number
from sipinter.merit.engine.lookup import lookup_code
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import RetirementRules

YEARS = (1, 2, 3, 4, 5)
PLACE = ("agency", "unit", "post")
A_YEAR = 10_000  # of a date as YYYYMMDD


def compute_retirements(
    staff: Staff, on: date, rules_id: str | None = None, *, years: int | None = None
) -> Result:
    """Who retires when, in order of the day; with `years` those only who are due within so many."""
    rules = rules_for(RetirementRules, on, rules_id)
    frame = staff_retirements(staff, rules, on)
    if years is not None:
        frame = frame.filter(nw.col("retires_on") <= date_number(on) + years * A_YEAR)
    return make_result(
        staff,
        staff.engine.keep(frame),
        rules.header.id,
        on,
        decided="retires_on",
        order=("retires_on", "nip"),
        summed=("retired",),
    )


def compute_projection(staff: Staff, on: date, rules_id: str | None = None) -> Result:
    """Heads of every post and unit over five years."""
    rules = rules_for(RetirementRules, on, rules_id)
    frame = staff.engine.keep(staff_projection(staff, rules, on))
    return make_result(
        staff,
        frame,
        rules.header.id,
        on,
        decided="heads",
        order=PLACE,
        summed=("heads", "due", *(f"leave_{year}" for year in YEARS), "stay", "unknown"),
        rows_are="posts",
    )


def staff_retirements(staff: Staff, rules: RetirementRules, on: date) -> Frame:
    """Day of retirement of everybody, age on the day, whether it has come (PP 11/2017 art. 239)."""
    frame = staff.need("employee").select("nip", *PLACE, "tier", "birth_date")
    age = lookup_code(nw.col("tier"), dict(rules.ages))
    due = nw.col("birth_date") + age * A_YEAR
    # The first day of the month after the birthday.
    month = due // 100
    first = (
        nw.when(month % 100 == 12).then((due // A_YEAR + 1) * A_YEAR + 101).otherwise((month + 1) * 100 + 1)
    )
    born = nw.col("birth_date")
    return frame.with_columns(
        retirement_age=age,
        age=(nw.lit(date_number(on)) - born) // A_YEAR,
        retires_on=nw.when(~born.is_null()).then(first).cast(nw.Int64),
    ).with_columns(
        retired=_flag(nw.col("retires_on") <= date_number(on), known=nw.col("retires_on")),
        missing=nw.when(born.is_null()).then(nw.lit("birth_date")).otherwise(nw.lit("")),
    )


def staff_projection(staff: Staff, rules: RetirementRules, on: date) -> Frame:
    """Heads of each post and unit: due already, leaving in each of five years, staying, not known.

    `heads` is the sum of `due`, `leave_1` to `leave_5`, `stay` and `unknown`.
    """
    people = staff_retirements(staff, rules, on)
    start, leaves = date_number(on), nw.col("retires_on")
    ends = {year: start + year * A_YEAR for year in YEARS}
    marked = people.with_columns(
        due=_flag(leaves <= start),
        unknown=_flag(leaves.is_null()),
        stay=_flag(leaves > ends[YEARS[-1]]),
        **{f"leave_{year}": _flag((leaves > ends[year] - A_YEAR) & (leaves <= ends[year])) for year in YEARS},
    )
    parts = ["due", *(f"leave_{year}" for year in YEARS), "stay", "unknown"]
    summed = marked.group_by(*PLACE).agg(
        heads=nw.len().cast(nw.Int64), **{part: nw.col(part).sum().cast(nw.Int64) for part in parts}
    )
    return summed.with_columns(**{f"available_{year}": _available(year) for year in YEARS})


def _available(year: int) -> nw.Expr:
    left = nw.col("heads") - nw.col("due")
    for past in YEARS[:year]:
        left = left - nw.col(f"leave_{past}")
    return left


def _flag(condition: nw.Expr, known: nw.Expr | None = None) -> nw.Expr:
    """1 or 0; null where `known` is."""
    if known is None:
        return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)
    return nw.when(condition).then(nw.lit(1)).when(~condition).then(nw.lit(0)).cast(nw.Int64)
