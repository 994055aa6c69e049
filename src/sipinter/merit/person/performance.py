"""The yearly rating and the distribution that the organisation's rating allows (PermenPANRB 6/2022)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sipinter.rules.sets.model import PerformanceRules, RatingBound


def performance_rating(rules: PerformanceRules, result: str, behaviour: str) -> str:
    """The code of the rating of a result and a behaviour (di_atas, sesuai, di_bawah)."""
    return rules.matrix[result, behaviour]


@dataclass(frozen=True, slots=True)
class DistributionBreach:
    """A bound that the distribution does not keep; `share` is what was found."""

    bound: RatingBound
    share: Fraction


def distribution_breaches(
    rules: PerformanceRules, organisation: str, counts: Mapping[str, int]
) -> tuple[DistributionBreach, ...]:
    """The bounds broken by so many ratings of each code. An empty distribution breaks none."""
    total = sum(counts.values())
    if not total:
        return ()
    found = []
    for bound in rules.distribution[organisation]:
        share = Fraction(sum(counts.get(code, 0) for code in bound.ratings), total)
        if (
            (bound.at_least is not None and share < bound.at_least)
            or (bound.at_most is not None and share > bound.at_most)
            or (bound.above is not None and share <= bound.above)
        ):
            found.append(DistributionBreach(bound, share))
    return tuple(found)
