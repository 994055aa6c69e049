"""Intervals and tests against SciPy, to 1e-9."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sipinter.merit.fairness.statistics import EXACT_UP_TO, clopper_pearson, fisher_exact, holm_correction

NEAR = 1e-9
CONFIDENCE = Fraction(95, 100)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 3000), st.data())
def test_clopper_pearson_is_scipys(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    expected = stats.binomtest(successes, trials).proportion_ci(0.95, method="exact")
    assert clopper_pearson(successes, trials, CONFIDENCE) == pytest.approx(tuple(expected), abs=NEAR)


@pytest.mark.parametrize("counts", [(0, 5_600_000), (1, 5_600_000), (1_234_567, 5_600_000), (999, 1000)])
def test_clopper_pearson_of_a_whole_nation(counts: tuple[int, int]) -> None:
    expected = stats.binomtest(*counts).proportion_ci(0.95, method="exact")
    assert clopper_pearson(*counts, CONFIDENCE) == pytest.approx(tuple(expected), abs=NEAR)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_fisher_is_scipys(one: int, other: int, data: st.DataObject) -> None:
    first, second = data.draw(st.integers(0, one)), data.draw(st.integers(0, other))
    table = [[first, one - first], [second, other - second]]
    assert fisher_exact((first, one), (second, other)) == pytest.approx(
        stats.fisher_exact(table).pvalue, abs=NEAR
    )


@pytest.mark.parametrize(
    "table",
    [
        ((300, 1500), (400, 1500)),
        ((350, 1500), (350, 1500)),
        ((20_000, 100_000), (20_400, 100_000)),
        ((20_000, 100_000), (60_000, 100_000)),
        ((5, 4000), (9, 3000)),
        ((7000, 70_000), (31_111, 300_000)),
    ],
)
def test_fisher_of_many_is_scipys(table: tuple[tuple[int, int], tuple[int, int]]) -> None:
    assert sum(people for _, people in table) > EXACT_UP_TO
    rows = [[selected, people - selected] for selected, people in table]
    assert fisher_exact(*table) == pytest.approx(stats.fisher_exact(rows).pvalue, abs=NEAR)


def test_holm_steps_down_and_never_falls() -> None:
    assert holm_correction([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm_correction([0.5, 0.9]) == [1.0, 1.0]
    assert holm_correction([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_a_p(values: list[float]) -> None:
    assert all(own <= corrected <= 1 for own, corrected in zip(values, holm_correction(values), strict=True))
