"""Regional allowance (TPP): basic amount x indices, paid by productivity and discipline.

The amounts and indices are each agency's own data; nothing stands in for them. The product of the indices
is rounded half up to a millionth after each factor, amounts to whole rupiah.
"""

from __future__ import annotations

from datetime import date
from math import lcm

import narwhals as nw

from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import TABLES
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.lookup import divide_half_up, missing_names
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import IncentiveRules

NEEDED = ("allowance", "allowance_index", "achievement", "post")


def compute_incentives(
    staff: Staff, on: date, rules_id: str | None = None, *, month: int | None = None
) -> Result:
    """Everybody's regional allowance of a month (YYYYMM), the one before the day unless given."""
    rules = rules_for(IncentiveRules, on, rules_id)
    before = on.year * 100 + on.month - 1 if on.month > 1 else (on.year - 1) * 100 + 12
    frame = staff.engine.keep(staff_incentives(staff, rules, before if month is None else month))
    return make_result(
        staff, frame, rules.header.id, on, decided="payment", figures=FIGURES, summed=("payment",)
    )


def staff_incentives(staff: Staff, rules: IncentiveRules, month: int) -> Frame:
    """Ceiling and payment of everybody in a month (YYYYMM), in whole rupiah; what was missing.

    Refusal that names the data which the folder lacks.
    """
    for name in NEEDED:
        if staff.path(name) is None:
            columns = ", ".join(column.name for column in TABLES[name].columns if column.required)
            raise Refusal(
                Message(
                    "{path}: the allowance needs the agency's table “{name}” ({columns}); it is not there",
                    path=staff.label,
                    name=name,
                    columns=columns,
                )
            )
    classes = staff.need("post").select("post", "job_class")
    basic = staff.need("allowance").select("agency", "job_class", "basic")
    first = divide_half_up(nw.col("fiscal") * nw.col("cost"), MILLIONTHS)
    factors = staff.need("allowance_index").select(
        "agency", "fiscal", "cost", index_performance=nw.col("performance"), first=first
    )
    factors = factors.with_columns(
        index=divide_half_up(nw.col("first") * nw.col("index_performance"), MILLIONTHS)
    )
    done = (
        staff.need("achievement").filter(nw.col("month") == month).select("nip", "productivity", "discipline")
    )
    frame = (
        staff.need("employee")
        .select("nip", "agency", "unit", "post")
        .join(classes, on="post", how="left")
        .join(basic, on=["agency", "job_class"], how="left")
        .join(factors, on="agency", how="left")
        .join(done, on="nip", how="left")
        .with_columns(ceiling=divide_half_up(nw.col("basic") * nw.col("index"), MILLIONTHS))
    )
    return _paid(frame, rules)


def _paid(frame: Frame, rules: IncentiveRules) -> Frame:
    unit = lcm(rules.productivity.denominator, rules.discipline.denominator)
    share = nw.col("productivity") * int(rules.productivity * unit) + nw.col("discipline") * int(
        rules.discipline * unit
    )
    ceiling = nw.col("ceiling")
    # In two steps, so that the product of amount and share stays within 64 bits.
    paid = divide_half_up(ceiling * divide_half_up(share, unit * 100), MILLIONTHS)
    ten = 10  # millionths to units of 10**-7
    return frame.with_columns(payment=paid).select(
        "nip",
        "agency",
        "unit",
        "post",
        "job_class",
        "basic",
        *((nw.col(name) * ten).alias(name) for name in ("fiscal", "cost", "index_performance", "index")),
        ceiling=ceiling,
        productivity=nw.col("productivity") * ten,
        discipline=nw.col("discipline") * ten,
        payment=nw.col("payment"),
        missing=missing_names(
            {
                "job_class": nw.col("job_class"),
                "allowance": nw.col("basic"),
                "allowance_index": nw.col("index"),
                "achievement": nw.col("productivity"),
            }
        ),
    )


FIGURES = ["fiscal", "cost", "index_performance", "index", "productivity", "discipline"]
