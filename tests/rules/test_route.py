"""The cheapest route: what it says, how ties fall, when there is none."""

from decimal import Decimal
from fractions import Fraction

import pytest

from sipinter.rules.model import Instrument
from sipinter.rules.route import NoRoute, RouteStep, cheapest_route, exact_target
from sipinter.rules.scoring import AnswerError, score

from .samples import build

THREE = build([[2, 4], [10]], bounds=("0", "12", "20"))  # weights 1, 2 and 5; levels 0-3


def test_the_dearest_gain_an_effort_is_taken_first() -> None:
    route = cheapest_route(THREE, {"1.1": 1, "2.1": 1}, target="K1")
    assert (route.from_score, route.to_score, route.effort, route.optimal) == (6, Decimal("16.0"), 2, True)
    assert route.steps == (RouteStep("2.1", 1, 3, Decimal("10.0"), Decimal(2)),)


def test_a_score_is_a_target_too() -> None:
    for target in ("8", Decimal(8)):
        assert cheapest_route(THREE, {"2.1": 1}, target=target).steps == (
            RouteStep("2.1", 1, 2, Decimal("5.0"), Decimal(1)),
        )


def test_a_category_is_known_by_code_or_title_in_any_case(of_2018: Instrument) -> None:
    levels = dict.fromkeys(of_2018.indicators, 2)
    found = [
        cheapest_route(of_2018, levels, target=target)
        for target in ("Sangat Baik", "sangat baik", "VERY GOOD")
    ]
    assert found == [found[0]] * 3
    assert found[0].to_score >= 325


def test_the_target_reached_already_needs_no_step() -> None:
    route = cheapest_route(THREE, {"2.1": 3}, target="K1")
    assert (route.steps, route.effort, route.from_score, route.to_score) == ((), 0, 15, 15)


def test_fixed_indicators_stay_as_they_are() -> None:
    route = cheapest_route(THREE, {}, target="9", fixed=["2.1"])
    assert [(step.indicator, step.to_level) for step in route.steps] == [("1.1", 3), ("1.2", 3)]


def test_effort_decides_what_is_cheap() -> None:
    route = cheapest_route(THREE, {}, target="5", effort={"2.1": Decimal("4.5"), "1.2": Decimal("1.25")})
    assert [(s.indicator, s.to_level, s.effort) for s in route.steps] == [
        ("1.1", 1, Decimal(1)),
        ("1.2", 2, Decimal("2.50")),
    ]
    assert route.effort == Decimal("3.50")


def test_of_equally_cheap_routes_the_one_over_fewest_indicators_is_taken() -> None:
    alike = build([[2] * 6])
    route = cheapest_route(alike, {}, target="3")
    assert [(step.indicator, step.to_level) for step in route.steps] == [("1.1", 3)]


def test_alike_indicators_are_taken_in_the_order_of_the_instrument() -> None:
    route = cheapest_route(build([[2, 2], [2, 2]]), {"1.1": 3}, target="8")
    assert [(s.indicator, s.from_level, s.to_level) for s in route.steps] == [("1.2", 0, 3), ("2.1", 0, 2)]


def test_an_indicator_that_does_not_apply_is_no_way() -> None:
    gated = build([[2, 20]], gated=frozenset({"1.2"}))
    assert [s.indicator for s in cheapest_route(gated, {}, {"G": "ya"}, target="3").steps] == ["1.2"]
    assert [s.indicator for s in cheapest_route(gated, {}, {"G": "tidak"}, target="3").steps] == ["1.1"]


def test_no_way_gives_the_best_reachable_score() -> None:
    with pytest.raises(NoRoute) as caught:
        cheapest_route(THREE, {"1.1": 1}, target="K2", fixed=["2.1"])
    assert (caught.value.from_score, caught.value.best_score) == (1, 9)


def test_beyond_the_highest_score_there_is_no_way() -> None:
    with pytest.raises(NoRoute) as caught:
        cheapest_route(THREE, {}, target="24.5")
    assert caught.value.best_score == 24


@pytest.mark.parametrize("target", ["Bagus", "", "-1", "NaN", "1e999"])
def test_an_unknown_target_is_refused(target: str) -> None:
    with pytest.raises(AnswerError, match="is neither a score nor one of: K0, K1, K2"):
        cheapest_route(THREE, {}, target=target)


def test_unknown_codes_and_bad_efforts_are_refused() -> None:
    with pytest.raises(AnswerError, match="unknown indicator “9”"):
        cheapest_route(THREE, {}, target="3", fixed=["9"])
    with pytest.raises(AnswerError, match="unknown indicator “8”"):
        cheapest_route(THREE, {}, target="3", effort={"8": Decimal(1)})
    with pytest.raises(AnswerError, match=r"indicator 1\.1: effort 0 is not above 0"):
        cheapest_route(THREE, {}, target="3", effort={"1.1": Decimal(0)})


def test_the_2025_route_goes_by_the_index(of_2025: Instrument) -> None:
    gates = {"G.jenis": "pusat", "G.tpp": "bukan-pemda", "G.kecelakaan": "ya", "G.kematian": "ya"}
    levels = dict.fromkeys(of_2025.indicators, 2)
    survey = Decimal("0.7")
    route = cheapest_route(of_2025, levels, gates, target="Menengah", survey=survey)
    raised = levels | {step.indicator: step.to_level for step in route.steps}
    assert score(of_2025, levels, gates, survey=survey).category.code == "Lanjutan"
    assert score(of_2025, raised, gates, survey=survey).category.code == "Menengah"
    # 0.605 = 0.75 x maturity + 0.175 needs 57.33 points; six of the dearest levels bring 1.25 and 15/14 ...
    assert exact_target(of_2025, "Menengah", survey) == Fraction(172, 3)
    assert (str(route.from_score), route.optimal) == ("50.00", True)


def test_without_a_survey_the_provisional_index_counts(of_2025: Instrument) -> None:
    assert exact_target(of_2025, "Menengah", None) == Fraction("60.5")


def test_a_figure_above_the_index_is_out_of_reach_without_a_bonus(of_2025: Instrument) -> None:
    with pytest.raises(NoRoute) as caught:
        cheapest_route(of_2025, {}, target="Maju", survey=Decimal(1))
    assert caught.value.from_score == 0


def test_thirty_seven_indicators_are_solved_in_time(of_2018: Instrument) -> None:
    # The bound of 200 ms is the benchmark's; here only that nothing grows without limit.
    efforts = {code: Decimal(n % 7 + 1) / 4 for n, code in enumerate(of_2018.indicators)}
    route = cheapest_route(of_2018, {}, target="325", effort=efforts)
    assert (route.optimal, route.to_score >= 325) == (True, True)
