"""Posts and heads of a whole staff: retirement by date, the coming five years, workload against holders.

All on int64; a date is YYYYMMDD. Every row belongs to one post of one unit, and surplus and deficit stand
in columns of their own: a surplus in one unit never makes up for a deficit in another.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import narwhals as nw

from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.dates import date_number
from sipinter.merit.engine.lookup import divide_half_up, lookup_code
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.model import RetirementRules, ScoreBand, WorkloadRules

YEARS = (1, 2, 3, 4, 5)
PLACE = ("agency", "unit", "post")
A_YEAR = 10_000  # of a date as YYYYMMDD
GROWTH_UNIT = 10**9
MOST_GROWTH = Fraction(1, 2)


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


def staff_workload(
    staff: Staff, rules: WorkloadRules, retirement: RetirementRules, on: date, growth: Fraction = Fraction(0)
) -> Frame:
    """Need, efficiency and position of every post, and five years ahead (PermenPANRB 1/2020).

    `growth` of the work a year, as a share. need(t) = need x (1 + growth)^t; plan(t) = need(t) - available(t)
    - formations set but unfilled. A post without tasks has no need, and is named in `missing`.
    """
    if abs(growth) > MOST_GROWTH:
        raise Refusal(
            Message("{what}: {value} is not between -50 and 50", what="--growth", value=growth * 100)
        )
    minutes = _minutes(staff)
    heads = staff_projection(staff, retirement, on)
    posts = (
        staff.need("post")
        .select(*PLACE, "tier", "open_positions")
        .with_columns(open_positions=nw.col("open_positions").fill_null(0))
    )
    held = heads.group_by("post").agg(
        holders=nw.col("heads").sum().cast(nw.Int64),
        **{f"available_{year}": nw.col(f"available_{year}").sum().cast(nw.Int64) for year in YEARS},
    )
    counted = ["holders", *(f"available_{year}" for year in YEARS)]
    frame = (
        posts.join(minutes, on="post", how="left")
        .join(held, on="post", how="left")
        .with_columns(*(nw.col(name).fill_null(0) for name in counted))
    )
    effective = rules.effective_minutes * MILLIONTHS
    needed = frame.with_columns(need=(nw.col("minutes") * 2 + effective) // (2 * effective))
    return _positioned(needed, rules, effective, growth)


def _minutes(staff: Staff) -> Frame:
    """Minutes of work a year by post, in millionths. Each task is rounded to a millionth of a minute."""
    task = staff.need("task")
    whole, part = nw.col("volume") // MILLIONTHS, nw.col("volume") % MILLIONTHS
    load = whole * nw.col("minutes") + (part * nw.col("minutes") * 2 + MILLIONTHS) // (2 * MILLIONTHS)
    return (
        task.select("post", minutes=load).group_by("post").agg(minutes=nw.col("minutes").sum().cast(nw.Int64))
    )


def _positioned(frame: Frame, rules: WorkloadRules, effective: int, growth: Fraction) -> Frame:
    balance, need, holders = nw.col("balance"), nw.col("need"), nw.col("holders")
    some = holders > 0
    share = nw.when(some).then(nw.col("minutes") * 20 + holders * rules.effective_minutes)
    staged = frame.with_columns(balance=holders - need).with_columns(
        load=divide_half_up(nw.col("minutes") * 10, rules.effective_minutes),
        efficiency=share // (holders * (2 * rules.effective_minutes)),
        grade=_grade(rules.efficiency, effective),
        surplus=nw.when(balance > 0).then(balance).when(balance <= 0).then(nw.lit(0)).cast(nw.Int64),
        deficit=nw.when(balance < 0).then(-balance).when(balance >= 0).then(nw.lit(0)).cast(nw.Int64),
        **{f"need_{year}": _grown(need, growth, year) for year in YEARS},
    )
    return staged.select(
        *PLACE,
        "tier",
        "minutes",
        "load",
        "need",
        "holders",
        "balance",
        "surplus",
        "deficit",
        "efficiency",
        "grade",
        "open_positions",
        *(f"need_{year}" for year in YEARS),
        *(f"available_{year}" for year in YEARS),
        **{
            f"plan_{year}": nw.col(f"need_{year}") - nw.col(f"available_{year}") - nw.col("open_positions")
            for year in YEARS
        },
        missing=nw.when(nw.col("minutes").is_null()).then(nw.lit("task")).otherwise(nw.lit("")),
    )


def _grown(need: nw.Expr, growth: Fraction, year: int) -> nw.Expr:
    factor = (1 + growth) ** year
    unit = round(factor * GROWTH_UNIT)
    return divide_half_up(need * unit, GROWTH_UNIT)


def _grade(bands: tuple[ScoreBand, ...], effective: int) -> nw.Expr:
    """By exact comparison: minutes x denominator against bound x holders x effective time."""
    chain: nw.Expr | None = None
    for band in reversed(bands):
        bound = nw.col("holders") * (band.lower.numerator * effective)
        reached = nw.col("minutes") * band.lower.denominator
        holds = (reached > bound) if band.lower_open else (reached >= bound)
        case = nw.when((nw.col("holders") > 0) & holds).then(nw.lit(band.code))
        chain = case if chain is None else nw.coalesce(chain, case)
    assert chain is not None
    return chain


def workload_by_unit(posts: Frame) -> Frame:
    """Workload by unit: needs and holders, and surpluses and deficits summed apart."""
    names = ("need", "holders", "surplus", "deficit", "open_positions")
    return posts.group_by("agency", "unit").agg(
        posts=nw.len().cast(nw.Int64),
        posts_without_tasks=nw.col("minutes").is_null().cast(nw.Int64).sum().cast(nw.Int64),
        **{name: nw.col(name).sum().cast(nw.Int64) for name in names},
    )
