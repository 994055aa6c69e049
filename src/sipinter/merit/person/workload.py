"""Workload analysis (ABK): posts needed and the efficiency (EJ) of their holders (PermenPANRB 1/2020)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sipinter.rules.messages import Message, Refusal
from sipinter.rules.numbers import round_half_up
from sipinter.rules.sets.model import ScoreBand, WorkloadRules, find_band


@dataclass(frozen=True, slots=True)
class WorkloadNeed:
    """`load`: full posts, exact; `need`: rounded at .5 up. Efficiency is None without holders."""

    load: Fraction
    need: int
    efficiency: Fraction | None
    grade: ScoreBand | None


def workload_need(rules: WorkloadRules, minutes: Fraction, holders: int | None = None) -> WorkloadNeed:
    """Posts needed for so many minutes of work a year."""
    if minutes < 0:
        raise Refusal(Message("{what}: {value} is negative", what="MINUTES", value=minutes))
    if holders is not None and holders < 0:
        raise Refusal(Message("{what}: {value} is negative", what="--holders", value=holders))
    load = minutes / rules.effective_minutes
    efficiency = load / holders if holders else None
    return WorkloadNeed(
        load=load,
        need=round_half_up(load.numerator, load.denominator),
        efficiency=efficiency,
        grade=None if efficiency is None else find_band(rules.efficiency, efficiency),
    )
