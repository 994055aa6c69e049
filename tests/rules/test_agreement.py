"""Krippendorff's alpha against the author's own worked example, and what it must hold by itself."""

from fractions import Fraction
from random import Random

import pytest

from sipinter.rules.agreement import krippendorff_agreement, ordinal_distance

# Klaus Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): four observers, twelve
# units, missing values. The paper gives 0.743 nominal, 0.815 ordinal, 0.849 interval and 0.797 ratio.
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
EXAMPLE = [
    [None if value == "." else int(value) for value in unit]
    for unit in zip(*(row.split() for row in OBSERVERS), strict=True)
]
METRICS = {
    "nominal": (lambda c, k, n: Fraction(c != k), "0.743"),
    "ordinal": (ordinal_distance, "0.815"),
    "interval": (lambda c, k, n: Fraction(c - k) ** 2, "0.849"),
    "ratio": (lambda c, k, n: Fraction(c - k, c + k) ** 2, "0.797"),
}


@pytest.mark.parametrize("metric", METRICS)
def test_the_published_example(metric):
    difference, published = METRICS[metric]
    found = krippendorff_agreement(EXAMPLE, difference)
    assert f"{float(found.alpha):.3f}" == published
    assert (found.units, found.identical) == (11, 8)


def test_perfect_agreement_is_one():
    assert krippendorff_agreement([[1, 1], [2, 2], [4, 4]]).alpha == 1


def test_the_order_of_readers_and_units_does_not_matter():
    shuffled = [list(unit) for unit in EXAMPLE]
    dice = Random(7)
    for unit in shuffled:
        dice.shuffle(unit)
    dice.shuffle(shuffled)
    assert krippendorff_agreement(shuffled).alpha == krippendorff_agreement(EXAMPLE).alpha


def test_a_step_further_apart_agrees_less():
    near = [[0, 0], [1, 1], [2, 2], [3, 3], [4, 3]]
    far = [[0, 0], [1, 1], [2, 2], [3, 3], [4, 0]]
    assert krippendorff_agreement(far).alpha < krippendorff_agreement(near).alpha < 1


def test_always_apart_is_below_chance():
    assert krippendorff_agreement([[0, 4], [4, 0], [0, 4]]).alpha < 0


@pytest.mark.parametrize("units", [[], [[3, None]], [[3, 3], [3, 3]]])
def test_nothing_can_be_said(units):
    assert krippendorff_agreement(units).alpha is None


def test_what_one_alone_has_read_counts_for_nothing():
    assert krippendorff_agreement([*EXAMPLE, [4, None, None, None]]) == krippendorff_agreement(EXAMPLE)
