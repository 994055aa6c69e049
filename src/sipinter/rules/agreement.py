"""How far readers agree beyond chance: Krippendorff's alpha, in exact fractions.

After Klaus Krippendorff, "Computing Krippendorff's Alpha-Reliability" (University of Pennsylvania, 2011),
for any number of readers, with missing values.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations

Unit = Sequence[int | None]
Difference = Callable[[int, int, Mapping[int, int]], Fraction]


@dataclass(frozen=True)
class Agreement:
    """`alpha` is 1 for perfect agreement and 0 for what chance gives; None where nothing can be said:
    no unit that two have read, or one and the same value everywhere.

    `units` were read by at least two, `identical` of them with one value only.
    """

    alpha: Fraction | None
    units: int
    identical: int


def ordinal_distance(low: int, high: int, counts: Mapping[int, int]) -> Fraction:
    """The squared difference of two ranks: how many values stand from the one to the other."""
    between = sum(n for value, n in counts.items() if min(low, high) <= value <= max(low, high))
    return (between - Fraction(counts[low] + counts[high], 2)) ** 2


def krippendorff_agreement(units: Collection[Unit], difference: Difference = ordinal_distance) -> Agreement:
    """The agreement over `units`, each the levels that its readers gave (None: not read).

    `difference` is the squared metric difference of two values, given how often each value occurs.
    """
    read = [[value for value in unit if value is not None] for unit in units]
    pairable = [values for values in read if len(values) > 1]
    identical = sum(len(set(values)) == 1 for values in pairable)
    return Agreement(_alpha(pairable, difference), len(pairable), identical)


def _alpha(units: list[list[int]], difference: Difference) -> Fraction | None:
    counts = Counter(value for values in units for value in values)
    total = counts.total()
    expected = sum(
        (counts[c] * counts[k] * difference(c, k, counts) for c, k in permutations(counts, 2)), Fraction()
    )
    if not expected:
        return None
    observed = sum(
        (
            difference(c, k, counts) / (len(values) - 1)
            for values in units
            for c, k in permutations(values, 2)
            if c != k
        ),
        Fraction(),
    )
    return 1 - (total - 1) * observed / expected
