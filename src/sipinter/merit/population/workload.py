"""Workload of every post against its holders, and five years ahead (PermenPANRB 1/2020).

All on int64. Every row belongs to one post of one unit, and surplus and deficit stand
in columns of their own: a surplus in one unit never makes up for a deficit in another.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import narwhals as nw

from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.lookup import divide_half_up
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.merit.population.retirement import PLACE, YEARS, staff_projection
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import RetirementRules, ScoreBand, WorkloadRules

GROWTH_UNIT = 10**9
MOST_GROWTH = Fraction(1, 2)


def compute_workload(
    staff: Staff,
    on: date,
    rules_id: str | None = None,
    *,
    growth: Fraction = Fraction(0),
    units: bool = False,
) -> Result:
    """Need and position of every post or, with `units`, of every unit.

    `growth` of the work a year, as a share. Refusal for one beyond all reason.
    """
    rules = rules_for(WorkloadRules, on, rules_id)
    posts = staff.engine.keep(staff_workload(staff, rules, rules_for(RetirementRules, on), on, growth))
    frame = workload_by_unit(posts) if units else posts.with_columns(minutes=nw.col("minutes") * 10)
    return make_result(
        staff,
        frame,
        rules.header.id,
        on,
        decided="need",
        order=PLACE[:2] if units else PLACE,
        figures=() if units else ("minutes", "load", "efficiency"),
        summed=("need", "holders", "surplus", "deficit"),
        rows_are="units" if units else "posts",
    )


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
