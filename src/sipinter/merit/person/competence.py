"""Job person match (JPM): levels reached against levels required (PermenPANRB 38/2017, BKN 26/2019)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.model import CompetenceRules, ScoreBand, find_band


@dataclass(frozen=True, slots=True)
class JobPersonMatch:
    """`percent` is exact; gap = reached - required."""

    percent: Fraction
    gap: int
    filling: ScoreBand
    mapping: ScoreBand


def job_person_match(rules: CompetenceRules, reached: int, required: int) -> JobPersonMatch:
    """JPM of the sums of levels, with its categories for filling posts and for mapping."""
    if required < 1:
        raise Refusal(Message("{what}: {value} is not above 0", what="REQUIRED", value=required))
    if not 0 <= reached <= 1000:
        raise Refusal(
            Message("{what}: {value} is not between 0 and {max}", what="REACHED", value=reached, max=1000)
        )
    percent = Fraction(100 * reached, required)
    if rules.capped:
        percent = min(percent, Fraction(100))
    return JobPersonMatch(
        percent, reached - required, find_band(rules.filling, percent), find_band(rules.mapping, percent)
    )
