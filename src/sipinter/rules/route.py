"""The least-effort way from a set of answers to a category or score.

Raising an indicator by one level brings the same gain at every level, so the cheapest set of
raises is an integer programme with one bound:

    minimise    sum of effort x raise
    subject to  sum of gain x raise >= what is missing,   0 <= raise <= levels left

HiGHS solves it to proven optimality. All coefficients are whole numbers over a common scale
and the solver's answer is checked in whole numbers afterwards. Among routes of equal effort
the one that touches the fewest indicators is taken, and of indicators that are alike the first
in the order of the instrument.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import ceil, gcd, lcm

from sipinter.rules.messages import Message
from sipinter.rules.model import Category, Instrument
from sipinter.rules.numbers import to_decimal
from sipinter.rules.points_table import PointsTable, points_table
from sipinter.rules.score_index import score_for_index
from sipinter.rules.scoring import (
    NO_ANSWERS,
    AnswerError,
    check_answers,
    check_survey_and_bonus,
    smallest_figure,
)

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class RouteStep:
    """Raise `indicator`; an unanswered one stands at level 0. `gain` is in points of the score."""

    indicator: str
    from_level: int
    to_level: int
    gain: Decimal
    effort: Decimal


@dataclass(frozen=True, slots=True)
class Route:
    """The raises, in the order of the instrument; none where the target is reached already.

    `optimal` says that the solver proved that no cheaper set reaches the target.
    """

    from_score: Decimal
    to_score: Decimal
    effort: Decimal
    optimal: bool
    steps: tuple[RouteStep, ...]


class NoRoute(ValueError):
    """The target is out of reach; `best_score` is the highest score that is not, `from_score` the present."""

    def __init__(self, from_score: Decimal, best_score: Decimal) -> None:
        super().__init__(f"the target is out of reach; the best reachable score is {best_score}")
        self.from_score, self.best_score = from_score, best_score


def cheapest_route(
    instrument: Instrument,
    levels: Mapping[str, int | None],
    gates: Mapping[str, str] = NO_ANSWERS,
    *,
    target: str | Decimal,
    fixed: Collection[str] = (),
    effort: Mapping[str, Decimal] | None = None,
    survey: Decimal | None = None,
) -> Route:
    """The cheapest raises that reach `target`: a category's code or title, or a score.

    `fixed` indicators stay as they are. `effort` is the cost of each level of an indicator,
    1 where it has none. Categories by index count with `survey`, or by the provisional index
    (from maturity alone) without it. Raises NoRoute, and AnswerError for unknown codes or targets.
    """
    check_answers(instrument, levels, gates)
    check_survey_and_bonus(instrument, survey, None)
    _check_codes(instrument, fixed, effort or {})
    table = points_table(instrument, gates)
    now = {code: levels.get(code) or 0 for code in table.answerable}
    current = sum(table.units[code] * level for code, level in now.items())
    # On the table's scale every gain is whole: rounding the target up there loses no route.
    needed = ceil(exact_target(instrument, target, survey) * table.scale) - current
    movable = [code for code in table.answerable if code not in fixed and now[code] < instrument.max_level]
    costs = [(effort or {}).get(code, ONE) for code in movable]
    raises, optimal = _cheapest_raises(instrument, table, movable, now, costs, needed, current)
    steps = tuple(
        RouteStep(
            indicator=code,
            from_level=now[code],
            to_level=now[code] + count,
            gain=to_decimal(Fraction(table.units[code] * count, table.scale), instrument.decimals),
            effort=cost * count,
        )
        for code, cost, count in zip(movable, costs, raises, strict=True)
        if count
    )
    reached = current + sum(table.units[code] * count for code, count in zip(movable, raises, strict=True))
    return Route(
        from_score=to_decimal(Fraction(current, table.scale), instrument.decimals),
        to_score=to_decimal(Fraction(reached, table.scale), instrument.decimals),
        effort=sum((step.effort for step in steps), Decimal()),
        optimal=optimal,
        steps=steps,
    )


def exact_target(instrument: Instrument, target: str | Decimal, survey: Decimal | None) -> Fraction:
    """The smallest unrounded score whose published figure reaches the target.

    Published figures are rounded half-up, so half a unit of the last place is enough. A target
    that no score can reach gives a score above the instrument's highest.
    """
    named = _category(instrument, target) if isinstance(target, str) else None
    if named is None:
        return _rounding_floor(_figure(instrument, target), instrument.decimals)
    figure = smallest_figure(instrument, named)
    if instrument.category_on == "score":
        return _rounding_floor(figure, instrument.decimals)
    return _score_for_index(instrument, figure, survey)


def _rounding_floor(figure: Decimal, decimals: int) -> Fraction:
    """The smallest figure that is at least `figure` once rounded half-up."""
    # No score lies below 0, so a target of 0 is not half a unit under it.
    unit = Fraction(1, 10**decimals)
    return max(ceil(Fraction(figure) / unit) * unit - unit / 2, Fraction(0))


def _score_for_index(instrument: Instrument, index: Decimal, survey: Decimal | None) -> Fraction:
    rule = instrument.index_rule
    out_of_reach = Fraction(instrument.max_score) + 1
    if rule is None:
        return out_of_reach
    wanted = _rounding_floor(index, rule.decimals)
    if rule.method == "piecewise":
        score = score_for_index(rule, wanted - Fraction(instrument.bonus))
        return out_of_reach if score is None else score
    if survey is None:
        # The provisional index is maturity alone, a share of 1 for a score of 100.
        return wanted * 100
    weights = {component.code: Fraction(component.weight) for component in instrument.components}
    rest = wanted - Fraction(instrument.bonus) - weights.get("survey", Fraction()) * Fraction(survey)
    return rest / weights["maturity"] * 100


def _category(instrument: Instrument, target: str) -> Category | None:
    wanted = target.strip().casefold()
    for category in instrument.categories:
        if wanted in (category.code.casefold(), category.title.id.casefold(), category.title.en.casefold()):
            return category
    return None


def _figure(instrument: Instrument, target: str | Decimal) -> Decimal:
    try:
        figure = Decimal(target)
    except InvalidOperation:
        figure = Decimal("NaN")
    if not figure.is_finite() or figure < 0 or figure > 10**9:
        known = ", ".join(category.code for category in instrument.categories)
        raise AnswerError(
            Message("target “{target}” is neither a score nor one of: {known}", target=target, known=known)
        )
    return figure


def _check_codes(instrument: Instrument, fixed: Collection[str], effort: Mapping[str, Decimal]) -> None:
    for code in (*fixed, *effort):
        if code not in instrument.indicators:
            raise AnswerError(Message("unknown indicator “{code}”", code=code))
    for code, cost in effort.items():
        if not (cost.is_finite() and cost > 0):
            raise AnswerError(
                Message("indicator {code}: effort {effort} is not above 0", code=code, effort=cost)
            )


def _cheapest_raises(
    instrument: Instrument,
    table: PointsTable,
    movable: list[str],
    now: Mapping[str, int],
    costs: list[Decimal],
    needed: int,
    current: int,
) -> tuple[list[int], bool]:
    """How far to raise each movable indicator, and whether that is proven to be cheapest."""
    if needed <= 0:
        return [0] * len(movable), True
    gains = [table.units[code] for code in movable]
    room = [instrument.max_level - now[code] for code in movable]
    reachable = sum(gain * left for gain, left in zip(gains, room, strict=True))
    if reachable < needed:
        raise NoRoute(
            to_decimal(Fraction(current, table.scale), instrument.decimals),
            to_decimal(Fraction(current + reachable, table.scale), instrument.decimals),
        )
    # Divided by what all gains share, the figures stay small enough for the solver's floats to be exact.
    common = gcd(*gains)
    # Loading the solver and NumPy is a tenth of the start of a command; few look for a route.
    from sipinter.rules.knapsack import KnapsackProblem, solve_knapsack

    programme = KnapsackProblem(
        gains=[gain // common for gain in gains],
        efforts=_whole_efforts(costs),
        room=room,
        needed=-(-needed // common),  # up: gains come in steps of `common`
    )
    return solve_knapsack(programme)


def _whole_efforts(costs: list[Decimal]) -> list[int]:
    """The efforts as whole numbers in the same proportions, as small as possible."""
    exact = [Fraction(cost) for cost in costs]
    scale = lcm(*(cost.denominator for cost in exact))
    whole = [int(cost * scale) for cost in exact]
    common = gcd(*whole)
    return [cost // common for cost in whole]
