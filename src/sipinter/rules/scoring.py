"""From answers to a score, an index and a category. Exact; one rounding, half-up, at the end.

weighted_sum    score = sum of weight x level over the applicable indicators.
weighted_mean   score = 100 x sum of aspect weight x attainment, where attainment is the mean
                level of the aspect's applicable indicators divided by the highest level.

Unanswered counts 0. An indicator that does not apply leaves numerator and denominator; an
aspect in which nothing applies hands its weight to the others in proportion. An indicator
whose gate is not answered yet counts neither way until it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType

from sipinter.rules.messages import Message
from sipinter.rules.model import Category, Indicator, Instrument, Text
from sipinter.rules.numbers import round_half_up, to_decimal
from sipinter.rules.points_table import PointsTable, pending_gates, points_table
from sipinter.rules.score_index import exact_index

NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


class AnswerError(ValueError):
    """An answer the instrument does not know: a code, a level or a figure out of range."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class AspectScore:
    """Points of one aspect; `percent` is None where nothing of the aspect applies."""

    code: str
    name: Text
    score: Decimal
    max: Decimal
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class ComponentScore:
    """A component of the index with its value from 0 to 1, None while it is not known."""

    code: str
    weight: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The result of one set of answers. Codes stand in the order of the instrument.

    `index` and `category` are None while a component is missing; `provisional_index` then
    is the index that the maturity score alone would give. `next_category` holds the
    category above and the points (of score or index, whatever it is bounded by) to it.
    """

    instrument: str
    score: Decimal
    max: Decimal
    index: Decimal | None
    category: Category | None
    complete: bool
    aspects: tuple[AspectScore, ...]
    unanswered: tuple[str, ...]
    applicable: frozenset[str]
    not_applicable: tuple[str, ...]
    components: tuple[ComponentScore, ...]
    provisional_index: Decimal | None
    next_category: tuple[Category, Decimal] | None


def score(
    instrument: Instrument,
    levels: Mapping[str, int | None],
    gates: Mapping[str, str] = NO_ANSWERS,
    *,
    survey: Decimal | None = None,
    bonus: Decimal | None = None,
) -> Scorecard:
    """The scorecard of `levels` (code -> level, None or absent: unanswered) under the gates' answers.

    `survey` is the survey's result from 0 to 1, `bonus` replaces the instrument's own.
    Raises AnswerError for an unknown code, gate answer or level and for figures out of range.
    """
    check_answers(instrument, levels, gates)
    check_survey_and_bonus(instrument, survey, bonus)
    table = points_table(instrument, gates)
    aspects, total = _aspect_scores(instrument, table, levels)
    outcome = _outcome(instrument, total, table.scale, survey, bonus)
    missing = tuple(code for code in table.answerable if levels.get(code) is None)
    unanswered = missing + pending_gates(instrument, gates) if instrument.gates else missing
    return Scorecard(
        instrument=instrument.id,
        score=outcome.score,
        max=table.max,
        index=outcome.index,
        category=outcome.category,
        complete=not unanswered,
        aspects=aspects,
        unanswered=unanswered,
        applicable=table.applicable,
        not_applicable=table.not_applicable,
        components=outcome.components,
        provisional_index=outcome.provisional_index,
        next_category=outcome.next_category,
    )


def applicable_indicators(instrument: Instrument, gates: Mapping[str, str] = NO_ANSWERS) -> frozenset[str]:
    """Codes of the indicators that count under these answers; those of an unanswered gate do not yet."""
    check_answers(instrument, {}, gates)
    return points_table(instrument, gates).applicable


def index_of(
    instrument: Instrument, score: Decimal, *, survey: Decimal | None = None, bonus: Decimal | None = None
) -> Decimal | None:
    """The index of a score; None while a component is missing. AnswerError for a score out of range."""
    _check_score(instrument, score)
    check_survey_and_bonus(instrument, survey, bonus)
    return _rounded_index(instrument, Fraction(score), survey, bonus)


def category_of(
    instrument: Instrument, score: Decimal, *, survey: Decimal | None = None, bonus: Decimal | None = None
) -> Category | None:
    """The category of a score, through the index where the instrument bounds categories by index."""
    index = index_of(instrument, score, survey=survey, bonus=bonus)
    return _categories(instrument, score, index)[0]


def provisional_index_of(instrument: Instrument, score: Decimal) -> Decimal | None:
    """The index that the maturity score alone would give; None for instruments without components."""
    _check_score(instrument, score)
    return _provisional(instrument, Fraction(score))


def level_from_ticks(indicator: Indicator, ticks: Collection[int]) -> int | None:
    """The highest level n of which every criterion from 1 to n is ticked.

    With no such criterion: 0 where the scale begins at 0, else None (unanswered). Ticks
    above a gap count for nothing, because levels are cumulative.
    """
    highest = indicator.levels[-1].level
    reached = 0
    while reached < highest and reached + 1 in ticks:
        reached += 1
    return reached if reached >= indicator.levels[0].level else None


def check_answers(instrument: Instrument, levels: Mapping[str, int | None], gates: Mapping[str, str]) -> None:
    """AnswerError for the first code, level or gate answer that the instrument does not know."""
    indicators, lowest, highest = instrument.indicators, instrument.min_level, instrument.max_level
    for code, level in levels.items():
        if code not in indicators:
            raise AnswerError(Message("unknown indicator “{code}”", code=code))
        if level is not None and (type(level) is not int or not lowest <= level <= highest):
            raise AnswerError(
                Message(
                    "indicator {code}: level {level} is not a whole number from {min} to {max}",
                    code=code,
                    level=level,
                    min=lowest,
                    max=highest,
                )
            )
    for code, answer in gates.items():
        _check_gate(instrument, code, answer)


def check_survey_and_bonus(instrument: Instrument, survey: Decimal | None, bonus: Decimal | None) -> None:
    """AnswerError for a survey's result outside 0 to 1 or where there is no survey, or a negative bonus."""
    if survey is not None and not any(part.code == "survey" for part in instrument.components):
        raise AnswerError(Message("instrument {id} has no survey", id=instrument.id))
    if survey is not None and not (survey.is_finite() and 0 <= survey <= 1):
        raise AnswerError(Message("survey result {value} is not between 0 and 1", value=survey))
    if bonus is not None and not (bonus.is_finite() and bonus >= 0):
        raise AnswerError(Message("bonus {value} is negative", value=bonus))


def _check_gate(instrument: Instrument, code: str, answer: str) -> None:
    try:
        gate = instrument.gate(code)
    except KeyError:
        raise AnswerError(Message("unknown gate “{code}”", code=code)) from None
    try:
        gate.choice(answer)
    except KeyError:
        known = ", ".join(choice.code for choice in gate.choices)
        message = Message(
            "gate {code}: “{answer}” is not one of: {known}", code=code, answer=answer, known=known
        )
        raise AnswerError(message) from None


def _check_score(instrument: Instrument, score: Decimal) -> None:
    if not (score.is_finite() and 0 <= score <= instrument.max_score):
        raise AnswerError(
            Message("score {score} is not between 0 and {max}", score=score, max=instrument.max_score)
        )


def _aspect_scores(
    instrument: Instrument, table: PointsTable, levels: Mapping[str, int | None]
) -> tuple[tuple[AspectScore, ...], int]:
    get, scale, decimals = levels.get, table.scale, instrument.decimals
    rows, total = [], 0
    for row in table.rows:
        points = 0
        for code, unit in row.units:
            points += unit * (get(code) or 0)
        total += points
        percent = _rounded(100 * points, row.max_points, 2) if row.max_points else None
        rows.append(AspectScore(row.code, row.name, _rounded(points, scale, decimals), row.max, percent))
    return tuple(rows), total


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What follows from the points alone, whichever indicators brought them."""

    score: Decimal
    index: Decimal | None
    provisional_index: Decimal | None
    category: Category | None
    next_category: tuple[Category, Decimal] | None
    components: tuple[ComponentScore, ...]


@lru_cache(maxsize=8192)
def _outcome(
    instrument: Instrument, points: int, scale: int, survey: Decimal | None, bonus: Decimal | None
) -> _Outcome:
    """Kept because there are far fewer scores (821 in 2018) than ways to reach them."""
    exact = Fraction(points, scale)
    rounded = _rounded(points, scale, instrument.decimals)
    index = _rounded_index(instrument, exact, survey, bonus)
    category, following = _categories(instrument, rounded, index)
    return _Outcome(
        score=rounded,
        index=index,
        provisional_index=_provisional(instrument, exact) if index is None else None,
        category=category,
        next_category=following,
        components=_components(instrument, exact, survey),
    )


def _rounded(numerator: int, denominator: int, decimals: int) -> Decimal:
    return Decimal(round_half_up(numerator * 10**decimals, denominator)).scaleb(-decimals)


def _rounded_index(
    instrument: Instrument, exact: Fraction, survey: Decimal | None, bonus: Decimal | None
) -> Decimal | None:
    index = exact_index(instrument, exact, survey, bonus)
    if index is None or instrument.index_rule is None:
        return None
    return to_decimal(index, instrument.index_rule.decimals)


def _provisional(instrument: Instrument, exact: Fraction) -> Decimal | None:
    if not instrument.components or instrument.index_rule is None:
        return None
    return to_decimal(exact / 100, instrument.index_rule.decimals)


def _components(
    instrument: Instrument, exact: Fraction, survey: Decimal | None
) -> tuple[ComponentScore, ...]:
    if not instrument.components:
        return ()
    values = {"maturity": to_decimal(exact / 100, 4), "survey": survey}
    return tuple(ComponentScore(c.code, c.weight, values[c.code]) for c in instrument.components)


def _categories(
    instrument: Instrument, rounded: Decimal, index: Decimal | None
) -> tuple[Category | None, tuple[Category, Decimal] | None]:
    """The category and the next one with the points to it, both by the published (rounded) figure."""
    figure = rounded if instrument.category_on == "score" else index
    if figure is None:
        return None, None
    current: Category | None = None
    for category in instrument.categories:
        if not category.starts_at_or_below(figure):
            return current, (category, smallest_figure(instrument, category) - figure)
        current = category
    return current, None


def smallest_figure(instrument: Instrument, category: Category) -> Decimal:
    """The smallest published figure (score or index) that lies in the category."""
    decimals = instrument.decimals
    if instrument.category_on == "index" and instrument.index_rule is not None:
        decimals = instrument.index_rule.decimals
    step = Decimal(1).scaleb(-decimals)
    return category.lower + step if category.lower_open else category.lower
