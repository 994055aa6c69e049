"""Exact statistics of small tables: Clopper-Pearson intervals, Fisher's test, Holm's correction.

Figures are binary floats within 1e-9 of the exact ones (tests compare with SciPy); whole numbers stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, exp, lgamma, log, log1p

EXACT_UP_TO = 2000  # people of a Fisher table that is summed in whole numbers
TINY = 1e-300
TIE = 1e-9  # relative: weights that differ by less are the same figure, computed twice


def clopper_pearson(successes: int, trials: int, confidence: Fraction) -> tuple[float, float]:
    """The exact interval of a share at a two-sided confidence. ValueError unless 0 <= successes <= trials."""
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials}")
    tail = float((1 - confidence) / 2)
    lower = 0.0 if successes == 0 else _quantile(tail, successes, trials - successes + 1)
    upper = 1.0 if successes == trials else _quantile(1 - tail, successes + 1, trials - successes)
    return lower, upper


def _quantile(share: float, a: int, b: int) -> float:
    """Where the regularised incomplete beta function reaches `share`, by bisection to the last bit."""
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if incomplete_beta(middle, a, b) < share:
            low = middle
        else:
            high = middle


def incomplete_beta(x: float, a: int, b: int) -> float:
    """The regularised incomplete beta function by Lentz's continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    result = d
    m = 0
    while True:
        m += 1
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + factor * d)
            c = _away(1 + factor / c)
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            return front * result


def _away(value: float) -> float:
    """The value, kept from zero."""
    return TINY if abs(value) < TINY else value


def fisher_exact(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Fisher's exact test, two-sided: p of (selected, people) in two groups.

    The sum of the probabilities of all tables with the same margins that are at most as probable.
    """
    selected, people = first[0] + second[0], first[1] + second[1]
    low, high = max(0, selected - second[1]), min(selected, first[1])
    if people <= EXACT_UP_TO:
        return _fisher_exact(first[0], low, high, first[1], second[1], selected)
    return _fisher_by_ratios(first[0], low, high, first[1], second[1], selected)


def _fisher_exact(seen: int, low: int, high: int, one: int, other: int, selected: int) -> float:
    """In whole numbers: weights are products of binomial coefficients."""
    weights = [comb(one, k) * comb(other, selected - k) for k in range(low, high + 1)]
    observed = weights[seen - low]
    return float(Fraction(sum(w for w in weights if w <= observed), sum(weights)))


def _fisher_by_ratios(seen: int, low: int, high: int, one: int, other: int, selected: int) -> float:
    """Weights as multiples of the most probable table's, each from its neighbour."""

    def ratio(k: int) -> float:
        """Weight of k + 1 over weight of k."""
        return (one - k) * (selected - k) / ((k + 1) * (other - selected + k + 1))

    mode = min(high, max(low, (one + 1) * (selected + 1) // (one + other + 2)))
    weights = {mode: 1.0}
    for k in range(mode, high):
        weights[k + 1] = weights[k] * ratio(k)
        if weights[k + 1] < TINY:
            break
    for k in range(mode - 1, low - 1, -1):
        weights[k] = weights[k + 1] / ratio(k)
        if weights[k] < TINY:
            break
    observed = weights.get(seen, 0.0) * (1 + TIE)
    return min(1.0, sum(w for w in weights.values() if w <= observed) / sum(weights.values()))


def holm_correction(values: Sequence[float]) -> list[float]:
    """Holm's step-down correction of p values, in their order."""
    order = sorted(range(len(values)), key=lambda place: values[place])
    corrected, highest = [0.0] * len(values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        corrected[place] = highest
    return corrected
