"""The lot: the same seed draws the same, another one another, and everybody as often as the others."""

from collections import Counter

import pytest

from sipinter.rules.sampling import draw_sample

CODES = [f"{aspect}.{number}" for aspect in range(1, 9) for number in range(1, 6)]


@pytest.mark.parametrize(("share", "count"), [(0, 0), (1, 1), (10, 4), (11, 5), (100, 40)])
def test_the_share_is_rounded_up(share, count):
    assert len(draw_sample(CODES, share, "benih")) == count


def test_the_same_seed_draws_the_same_in_the_order_given():
    first = draw_sample(CODES, 25, "benih")
    assert first == draw_sample(list(CODES), 25, "benih")
    assert first == [code for code in CODES if code in first]
    assert set(first) == set(draw_sample(reversed(CODES), 25, "benih"))


def test_every_indicator_is_drawn_about_as_often():
    seen = Counter(code for seed in range(400) for code in draw_sample(CODES, 25, str(seed)))
    assert set(seen) == set(CODES)
    assert all(60 < times < 140 for times in seen.values())  # 100 each on the average


@pytest.mark.parametrize("share", [-1, 101])
def test_a_share_is_a_percentage(share):
    with pytest.raises(ValueError, match="0 to 100"):
        draw_sample(CODES, share, "benih")
