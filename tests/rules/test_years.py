"""What changed between two versions of an indicator, and which ticks go along."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sipinter.rules.instrument_diff import (
    SentenceChangeKind,
    carry_over_proposals,
    carry_over_ticks,
    sentence_changes,
)
from sipinter.rules.model import Indicator, Instrument, Level, Text
from sipinter.rules.scoring import level_from_ticks

WORDS = st.sampled_from(["a", "b"])


def indicator(first: int, words: list[str], title: str = "t") -> Indicator:
    """An indicator whose scale begins at `first`, with one word a level."""
    levels = tuple(Level(n, Text(word, word), "official") for n, word in enumerate(words, first))
    return Indicator("1.1", "1", Text(title, title), levels)


scales = st.builds(indicator, st.integers(0, 1), st.lists(WORDS, min_size=2, max_size=5))


@given(scales, scales, st.none() | st.integers(0, 5))
def test_what_is_carried_is_cumulative_alike_and_never_above_the_level(
    before: Indicator, after: Indicator, level: int | None
) -> None:
    ticks = carry_over_ticks(before, after, level)
    old = {one.level: one.criterion for one in before.levels}
    new = {one.level: one.criterion for one in after.levels}
    assert ticks in ((), (0,)) or list(ticks) == list(range(1, len(ticks) + 1))
    assert all(tick <= (level or 0) and old[tick] == new[tick] for tick in ticks)
    if ticks:
        assert level is not None
        assert (level_from_ticks(after, ticks) or 0) <= level


@given(scales, st.data())
def test_an_unchanged_indicator_keeps_its_level_and_shows_no_difference(
    same: Indicator, data: st.DataObject
) -> None:
    level = data.draw(st.sampled_from([one.level for one in same.levels]))
    assert level_from_ticks(same, carry_over_ticks(same, same, level)) == level
    assert sentence_changes(same, same) == ()


@given(scales, scales)
def test_differences_lead_from_one_to_the_other(before: Indicator, after: Indicator) -> None:
    now = {one.level: one.criterion for one in before.levels}
    for one in sentence_changes(before, after):
        assert one.level is not None
        if one.after is None:
            del now[one.level]
        else:
            now[one.level] = one.after
    assert now == {one.level: one.criterion for one in after.levels}


def test_a_tick_stops_under_the_first_criterion_that_reads_otherwise() -> None:
    before, after = indicator(1, ["a", "b", "c", "d"]), indicator(1, ["a", "b", "x", "d"])
    assert carry_over_ticks(before, after, 4) == (1, 2)
    assert [(one.kind, one.level) for one in sentence_changes(before, after)] == [
        (SentenceChangeKind.REWORDED, 3)
    ]


def test_levels_added_and_removed_and_a_new_title_are_told() -> None:
    before, after = indicator(1, ["a", "b"], "lama"), indicator(0, ["n", "a"], "baru")
    assert [(one.kind, one.level) for one in sentence_changes(before, after)] == [
        (SentenceChangeKind.REWORDED, None),
        (SentenceChangeKind.ADDED, 0),
        (SentenceChangeKind.REMOVED, 2),
    ]


def test_level_0_is_carried_only_where_both_scales_begin_there() -> None:
    zero = indicator(0, ["n", "a"])
    assert carry_over_ticks(zero, zero, 0) == (0,)
    assert carry_over_ticks(zero, indicator(1, ["a"]), 0) == ()
    assert carry_over_ticks(zero, zero, None) == ()


def test_versions_of_one_instrument_meet_by_code(of_2018: Instrument) -> None:
    changed = dict(of_2018.indicators)
    changed["3.4"] = replace(changed["3.4"], title=Text("Rencana suksesi baru", "New succession plan"))
    changed["9.1"] = replace(changed.pop("8.4"), code="9.1")
    later = replace(of_2018, indicators=changed)
    found = {one.code: one for one in carry_over_proposals(of_2018, later)}
    assert all(one.same_scale for one in found.values())
    assert found["9.1"].sources == ()
    assert [code for code, one in found.items() if one.differences] == ["3.4"]
