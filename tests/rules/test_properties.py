"""What must hold for every instrument and every set of answers."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sipinter.rules.instrument import default_catalog
from sipinter.rules.model import IndexRule, Instrument
from sipinter.rules.numbers import strip_zeros, to_decimal
from sipinter.rules.route import NoRoute, cheapest_route, exact_target
from sipinter.rules.score_index import interpolate, score_for_index
from sipinter.rules.scoring import applicable_indicators, score

from .samples import build, exact_score

REAL = [default_catalog()[name] for name in ("permenpanrb-40-2018", "permenpanrb-19-2025")]
quick = settings(max_examples=120, deadline=None)


@st.composite
def assessments(draw: st.DrawFn, instrument: Instrument | None = None):
    """An instrument with levels and gate answers for it, each possibly missing."""
    chosen = instrument or draw(st.sampled_from(REAL))
    level = st.none() | st.integers(chosen.min_level, chosen.max_level)
    levels = {code: draw(level) for code in chosen.indicators}
    gates = {g.code: draw(st.sampled_from([c.code for c in g.choices])) for g in chosen.gates}
    return chosen, {code: n for code, n in levels.items() if n is not None}, gates


@st.composite
def small_problems(draw: st.DrawFn):
    """A small instrument of either method with levels, efforts and a target within or beyond reach."""
    weights = draw(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=1, max_size=2))
    mean = draw(st.booleans())
    instrument = build(
        weights, max_level=draw(st.integers(1, 3)), mean=mean, bounds=("0", "0.41", "0.61"), on="index"
    )
    levels = {code: draw(st.integers(0, instrument.max_level)) for code in instrument.indicators}
    effort = {
        code: Decimal(draw(st.integers(1, 12))) / draw(st.sampled_from([1, 2, 4]))
        for code in instrument.indicators
    }
    if mean and draw(st.booleans()):
        target: str | Decimal = draw(st.sampled_from(["K1", "K2"]))
    else:
        target = Decimal(draw(st.integers(0, int(instrument.max_score) + 2)))
    return instrument, levels, effort, target, draw(st.sampled_from([None, Decimal("0.3"), Decimal("0.82")]))


@quick
@given(case=assessments(), data=st.data())
def test_the_score_is_monotone_in_every_level(case, data: st.DataObject) -> None:
    instrument, levels, gates = case
    code = data.draw(st.sampled_from(list(instrument.indicators)))
    now = levels.get(code) or 0
    assume(now < instrument.max_level)
    raised = levels | {code: data.draw(st.integers(max(now + 1, instrument.min_level), instrument.max_level))}
    before, after = score(instrument, levels, gates), score(instrument, raised, gates)
    assert after.score >= before.score
    assert exact_score(instrument, raised, gates) >= exact_score(instrument, levels, gates)
    assert all(a.score <= b.score for a, b in zip(before.aspects, after.aspects, strict=True))
    assert (after.index or 0) >= (before.index or 0)


@quick
@given(case=assessments(REAL[1]), data=st.data())
def test_a_gate_never_changes_the_points_of_another_indicator(case, data: st.DataObject) -> None:
    """Under a weighted mean an indicator's points are the levels it brings to its aspect's mean."""
    instrument, levels, gates = case
    gate = data.draw(st.sampled_from(instrument.gates))
    other = gates | {gate.code: data.draw(st.sampled_from([choice.code for choice in gate.choices]))}
    behind = {code for code, i in instrument.indicators.items() if i.applies and i.applies.gate == gate.code}
    before, after = score(instrument, levels, gates), score(instrument, levels, other)
    for aspect, one, two in zip(instrument.aspects, before.aspects, after.aspects, strict=True):
        if behind.isdisjoint(i.code for i in aspect.indicators):
            assert one == two
        else:
            assert _levels_brought(instrument, aspect, levels, gates, behind) == _levels_brought(
                instrument, aspect, levels, other, behind
            )


def _levels_brought(instrument, aspect, levels, gates, behind) -> Fraction:
    """Levels that the aspect's indicators outside `behind` bring, worked back from its exact score."""
    counted = [i.code for i in aspect.indicators if i.code in applicable_indicators(instrument, gates)]
    exact = exact_score(instrument, {code: levels.get(code) for code in counted}, gates)
    brought = exact * len(counted) * instrument.max_level / aspect.weight
    return brought - sum(levels.get(code) or 0 for code in counted if code in behind)


@quick
@given(
    weights=st.lists(st.lists(st.integers(1, 9), min_size=2, max_size=4), min_size=1, max_size=3),
    data=st.data(),
)
def test_under_a_weighted_sum_a_gate_takes_away_its_own_points_only(
    weights: list[list[int]], data: st.DataObject
) -> None:
    instrument = build(weights, gated=frozenset({"1.2"}))
    levels = {code: data.draw(st.integers(0, 3)) for code in instrument.indicators}
    there = exact_score(instrument, levels, {"G": "ya"})
    gone = exact_score(instrument, levels, {"G": "tidak"})
    assert there - gone == Fraction(weights[0][1], 2) * levels["1.2"]
    assert (
        score(instrument, levels, {"G": "tidak"}).max == instrument.max_score - Decimal(weights[0][1]) * 3 / 2
    )


@quick
@given(case=assessments())
def test_the_score_is_the_definition_in_fractions(case) -> None:
    instrument, levels, gates = case
    card = score(instrument, levels, gates)
    expected = Fraction()
    for aspect in instrument.aspects:
        counted = [i for i in aspect.indicators if i.code not in card.not_applicable]
        if instrument.method == "weighted_sum":
            expected += sum(Fraction(i.weight) * (levels.get(i.code) or 0) for i in counted)
        else:
            mean = Fraction(sum(levels.get(i.code) or 0 for i in counted), len(counted))
            expected += aspect.weight * mean / instrument.max_level
    assert exact_score(instrument, levels, gates) == expected
    assert card.score == to_decimal(expected, instrument.decimals)


@settings(max_examples=80, deadline=None)
@given(problem=small_problems())
def test_the_route_reaches_the_target_and_no_cheaper_set_does(problem) -> None:
    instrument, levels, effort, target, survey = problem
    wanted = exact_target(instrument, target, survey)
    codes = list(instrument.indicators)
    ways = [
        (cost, sum(n > 0 for n in raises))
        for raises in product(*(range(instrument.max_level - levels[code] + 1) for code in codes))
        if exact_score(instrument, _raised(levels, codes, raises)) >= wanted
        for cost in [sum((effort[code] * n for code, n in zip(codes, raises, strict=True)), Decimal())]
    ]
    if not ways:
        with pytest.raises(NoRoute) as caught:
            cheapest_route(instrument, levels, target=target, effort=effort, survey=survey)
        best = dict.fromkeys(codes, instrument.max_level)
        assert caught.value.best_score == score(instrument, best).score
        return
    route = cheapest_route(instrument, levels, target=target, effort=effort, survey=survey)
    applied = levels | {step.indicator: step.to_level for step in route.steps}
    assert exact_score(instrument, applied) >= wanted
    assert score(instrument, applied).score == route.to_score
    assert (route.effort, len(route.steps)) == min(ways)
    assert route.optimal is True


def _raised(levels: dict[str, int], codes: list[str], raises: tuple[int, ...]) -> dict[str, int]:
    return {code: levels[code] + n for code, n in zip(codes, raises, strict=True)}


@quick
@given(problem=small_problems())
def test_the_exact_target_is_where_the_published_figure_turns(problem) -> None:
    instrument, _, _, target, survey = problem
    wanted = exact_target(instrument, target, survey)
    assume(isinstance(target, Decimal))
    assert to_decimal(wanted, instrument.decimals) >= target
    assert to_decimal(wanted - Fraction(1, 10**9), instrument.decimals) < target or target == 0


points = st.lists(st.tuples(st.integers(1, 50), st.integers(0, 20)), min_size=1, max_size=6)


@quick
@given(steps=points, wanted=st.fractions(0, 1))
def test_the_score_for_an_index_is_the_smallest_one(steps: list[tuple[int, int]], wanted: Fraction) -> None:
    line = [(Fraction(0), Fraction(0))]
    for width, rise in steps:
        line.append((line[-1][0] + width, line[-1][1] + Fraction(rise, 100)))
    rule = IndexRule("piecewise", 2, tuple(line))
    found = score_for_index(rule, wanted)
    if found is None:
        assert line[-1][1] < wanted
    else:
        assert interpolate(rule.points, found) >= wanted
        assert found == 0 or interpolate(rule.points, found - Fraction(1, 10**9)) < wanted


@given(value=st.decimals(-10000, 10000, places=4))
def test_half_up_rounding_agrees_with_the_decimal_module(value: Decimal) -> None:
    assert to_decimal(value, 2) == value.quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert strip_zeros(value) == value
    assert "E" not in str(strip_zeros(value))
