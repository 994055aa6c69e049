"""Scores, indexes and categories, exact to the last half point."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from sipinter.rules.answers import read_answers
from sipinter.rules.model import Instrument
from sipinter.rules.scoring import (
    AnswerError,
    applicable_indicators,
    category_of,
    index_of,
    level_from_ticks,
    provisional_index_of,
    score,
)

from .samples import exact_score

CASES = Path(__file__).parents[1] / "cases"
PUBLISHED = list(csv.DictReader((CASES / "published-results.csv").open(encoding="utf-8")))
CENTRAL = {"G.jenis": "pusat", "G.tpp": "bukan-pemda", "G.kecelakaan": "ya", "G.kematian": "ya"}


def test_the_published_aspects_of_mahkamah_konstitusi(of_2018: Instrument) -> None:
    given = read_answers(CASES / "mahkamah-konstitusi-2021.csv", of_2018)
    card = score(of_2018, given.levels)
    assert [str(aspect.score) for aspect in card.aspects] == [
        "37.5",
        "38.0",
        "75.0",
        "25.0",
        "77.5",
        "35.0",
        "16.0",
        "23.0",
    ]
    whole_percents = [aspect.percent.quantize(Decimal(1), "ROUND_HALF_UP") for aspect in card.aspects]
    assert whole_percents == [94, 95, 58, 63, 97, 88, 100, 96]
    assert (card.score, card.max, card.category.code) == (327, 410, "Sangat Baik")
    assert (card.index, card.complete, card.unanswered) == (Decimal("0.81"), True, ())


@pytest.mark.parametrize("row", PUBLISHED, ids=[f"{row['agency']} {row['year']}" for row in PUBLISHED])
def test_every_published_result_agrees(of_2018: Instrument, row: dict[str, str]) -> None:
    figure = Decimal(row["score"])
    assert category_of(of_2018, figure).code == row["category"]
    if row["index"]:
        assert index_of(of_2018, figure) == Decimal(row["index"])


@pytest.mark.parametrize(
    ("figure", "category", "index"),
    [
        ("0", "Buruk", "0"),
        ("65.5", "Buruk", "0.13"),
        ("100", "Buruk", "0.2"),
        ("174", "Buruk", "0.4"),
        ("174.5", "Buruk", "0.4"),
        ("175", "Kurang", "0.41"),
        ("249", "Kurang", "0.6"),
        ("249.5", "Kurang", "0.6"),
        ("250", "Baik", "0.61"),
        ("324", "Baik", "0.8"),
        ("324.5", "Baik", "0.8"),
        ("325", "Sangat Baik", "0.81"),
        ("329", "Sangat Baik", "0.82"),
        ("410", "Sangat Baik", "1"),
    ],
)
def test_bounds_of_2018(of_2018: Instrument, figure: str, category: str, index: str) -> None:
    assert category_of(of_2018, Decimal(figure)).code == category
    assert index_of(of_2018, Decimal(figure)) == Decimal(index)


def test_unanswered_counts_nothing_and_is_listed_in_order(small_sum: Instrument) -> None:
    card = score(small_sum, {"2.1": 3, "1.1": None}, {"G.jenis": "daerah"})
    assert (card.score, card.max, card.complete) == (Decimal("3.0"), Decimal("22.5"), False)
    assert card.unanswered == ("1.1", "1.2", "2.10")


def test_an_indicator_that_does_not_apply_leaves_numerator_and_denominator(small_sum: Instrument) -> None:
    card = score(small_sum, {"1.1": 1, "1.2": 1, "2.1": 1, "2.10": 3}, {"G.jenis": "pusat"})
    assert (card.score, card.max, card.complete) == (Decimal("6.0"), Decimal("18.0"), True)
    assert card.not_applicable == ("2.10",)
    assert (card.aspects[1].score, card.aspects[1].max, card.aspects[1].percent) == (1, 3, Decimal("33.33"))


def test_while_a_gate_is_open_its_indicators_wait(small_sum: Instrument) -> None:
    card = score(small_sum, {"1.1": 3, "1.2": 3, "2.1": 3, "2.10": 3})
    assert (card.score, card.max, card.complete) == (Decimal("18.0"), Decimal("18.0"), False)
    assert (card.unanswered, card.not_applicable) == (("G.jenis",), ())
    assert applicable_indicators(small_sum) == {"1.1", "1.2", "2.1"}
    assert applicable_indicators(small_sum, {"G.jenis": "daerah"}) == {"1.1", "1.2", "2.1", "2.10"}


def test_weighted_mean_is_exact(small_mean: Instrument) -> None:
    card = score(small_mean, {"1.1": 2, "1.2": 1, "1.3": 0, "2.1": 1}, {"G.tpp": "ya"})
    assert exact_score(small_mean, {"1.1": 2, "1.2": 1, "1.3": 0, "2.1": 1}, {"G.tpp": "ya"}) == Fraction(50)
    assert [str(a.score) for a in card.aspects] == ["33.33", "16.67"]
    assert (str(card.score), str(card.max)) == ("50.00", "100.00")


def test_not_applicable_raises_the_mean_of_its_aspect_only(small_mean: Instrument) -> None:
    card = score(small_mean, {"1.1": 2, "1.3": 2, "2.1": 1}, {"G.tpp": "tidak"})
    assert [str(a.score) for a in card.aspects] == ["66.67", "16.67"]
    assert (card.complete, card.not_applicable) == (True, ("1.2",))


def test_without_the_survey_index_and_category_are_not_known(small_mean: Instrument) -> None:
    card = score(small_mean, {"1.1": 2, "1.3": 2, "2.1": 1}, {"G.tpp": "tidak"})
    assert (card.index, card.category, card.next_category) == (None, None, None)
    assert card.provisional_index == Decimal("0.83")
    assert [(c.code, c.weight, c.value) for c in card.components] == [
        ("maturity", Decimal("0.75"), Decimal("0.8333")),
        ("survey", Decimal("0.25"), None),
    ]
    assert category_of(small_mean, Decimal(50)) is None
    assert provisional_index_of(small_mean, Decimal(50)) == Decimal("0.50")


def test_with_the_survey_the_index_is_rounded_once_from_exact_parts(small_mean: Instrument) -> None:
    # 0.75 x 5/6 + 0.25 x 0.82 = 0.83 exactly
    card = score(small_mean, {"1.1": 2, "1.3": 2, "2.1": 1}, {"G.tpp": "tidak"}, survey=Decimal("0.82"))
    assert (card.index, card.category.code, card.provisional_index) == (Decimal("0.83"), "Lanjutan", None)


def test_an_index_above_one_is_representable(small_mean: Instrument) -> None:
    full = {"1.1": 2, "1.3": 2, "2.1": 2}
    gates = {"G.tpp": "tidak"}
    at_one = score(small_mean, full, gates, survey=Decimal(1))
    above = score(small_mean, full, gates, survey=Decimal(1), bonus=Decimal("0.05"))
    assert (at_one.index, at_one.category.code) == (1, "Lanjutan")
    assert at_one.next_category[0].code == "Maju"
    assert at_one.next_category[1] == Decimal("0.01")
    assert (above.index, above.category.code, above.next_category) == (Decimal("1.05"), "Maju", None)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [({}, ("Cukup", "10.0")), ({"1.1": 3}, ("Cukup", "2.5")), ({"1.1": 3, "1.2": 2}, ("Tinggi", "2.5"))],
)
def test_points_to_the_next_category(
    small_sum: Instrument, levels: dict[str, int], expected: tuple[str, str]
) -> None:
    following, points = score(small_sum, levels).next_category
    assert (following.code, str(points)) == expected


def test_no_category_above_the_highest(small_sum: Instrument) -> None:
    assert score(small_sum, {"1.1": 3, "1.2": 3}).next_category is None


def test_the_2025_gates_decide_what_is_counted(of_2025: Instrument) -> None:
    full = dict.fromkeys(of_2025.indicators, 4)
    central = score(of_2025, full, CENTRAL)
    assert central.not_applicable == ("4.1b",)
    region = score(
        of_2025,
        full,
        {"G.jenis": "kabkota", "G.tpp": "tidak-membayar", "G.kecelakaan": "tidak", "G.kematian": "tidak"},
    )
    assert region.not_applicable == ("4.1a", "6.3", "6.4b", "6.4c")
    assert (central.score, region.score, central.max, region.max) == (100, 100, 100, 100)
    assert len(applicable_indicators(of_2025, CENTRAL)) == 30


def test_the_2025_score_by_hand(of_2025: Instrument) -> None:
    # every level 3: each aspect attains 3/4, so the score is 75 whatever the weights
    levels = dict.fromkeys(of_2025.indicators, 3)
    assert score(of_2025, levels, CENTRAL).score == Decimal(75)
    # aspect 8 weighs 10: one of its two questions raised by a level brings 10/8 points
    levels["8.1"] = 4
    card = score(of_2025, levels, CENTRAL, survey=Decimal("0.82"))
    assert card.score == Decimal("76.25")
    assert card.index == Decimal("0.78")  # 0.571875 + 0.205 = 0.776875
    assert card.category.code == "Menengah"


@pytest.mark.parametrize(
    ("ticks", "level"),
    [((), 0), ((1,), 1), ((1, 2), 2), ((2,), 0), ((1, 3, 4), 1), ((4, 3, 2, 1), 4), ((0,), 0), ((9,), 0)],
)
def test_ticks_are_cumulative(of_2025: Instrument, ticks: tuple[int, ...], level: int) -> None:
    assert level_from_ticks(of_2025.indicators["1.1"], ticks) == level


@pytest.mark.parametrize(("ticks", "level"), [((), None), ((2, 3), None), ((1,), 1), ((1, 2, 3, 4), 4)])
def test_no_tick_is_unanswered_where_the_scale_begins_at_one(
    of_2018: Instrument, ticks: tuple[int, ...], level: int | None
) -> None:
    assert level_from_ticks(of_2018.indicators["1.1"], ticks) == level


@pytest.mark.parametrize(
    ("levels", "gates", "message"),
    [
        ({"9.9": 1}, {}, "unknown indicator “9.9”"),
        ({"1.1": 4}, {}, "indicator 1.1: level 4 is not a whole number from 1 to 3"),
        ({"1.1": 0}, {}, "indicator 1.1: level 0 is not a whole number from 1 to 3"),
        ({"1.1": True}, {}, "indicator 1.1: level True is not a whole number from 1 to 3"),
        ({"1.1": 2.0}, {}, "indicator 1.1: level 2.0 is not a whole number from 1 to 3"),
        ({}, {"G.x": "ya"}, "unknown gate “G.x”"),
        ({}, {"G.jenis": "desa"}, "gate G.jenis: “desa” is not one of: pusat, daerah"),
    ],
)
def test_answers_the_instrument_does_not_know_are_refused(
    small_sum: Instrument, levels: dict[str, int], gates: dict[str, str], message: str
) -> None:
    with pytest.raises(AnswerError) as caught:
        score(small_sum, levels, gates)
    assert str(caught.value) == message


@pytest.mark.parametrize("survey", ["-0.1", "1.01", "NaN", "Infinity"])
def test_a_survey_result_out_of_range_is_refused(small_mean: Instrument, survey: str) -> None:
    with pytest.raises(AnswerError, match="is not between 0 and 1"):
        score(small_mean, {}, survey=Decimal(survey))


def test_a_survey_result_where_there_is_no_survey_is_refused(small_sum: Instrument) -> None:
    with pytest.raises(AnswerError, match="instrument small-sum has no survey"):
        score(small_sum, {}, survey=Decimal("0.5"))


def test_a_negative_bonus_is_refused(small_mean: Instrument) -> None:
    with pytest.raises(AnswerError, match=r"bonus -0\.1 is negative"):
        score(small_mean, {}, bonus=Decimal("-0.1"))


@pytest.mark.parametrize("figure", ["-0.5", "410.5", "NaN"])
def test_a_score_out_of_range_has_no_category(of_2018: Instrument, figure: str) -> None:
    with pytest.raises(AnswerError, match="is not between 0 and 410"):
        category_of(of_2018, Decimal(figure))
