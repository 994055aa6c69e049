"""The easiest route to a category or score, ready for the page."""

from dataclasses import dataclass
from decimal import Decimal

from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.rules.model import Category, Indicator, Text
from sipinter.rules.route import NoRoute, Route, RouteStep, cheapest_route
from sipinter.rules.scoring import AnswerError


@dataclass(frozen=True)
class LevelRaise:
    """One step: raise `indicator` to `to`, which asks for `criteria` (level, sentence)."""

    indicator: Indicator
    before: int
    to: int
    gain: Decimal
    criteria: tuple[tuple[int, Text], ...]


@dataclass(frozen=True)
class TargetRoute:
    """The route to `target`; without one, the `best` reachable score.

    `is_unknown`: the target is neither a category nor a score of the instrument.
    """

    target: str
    route: Route | None = None
    raises: tuple[LevelRaise, ...] = ()
    best: Decimal | None = None
    is_unknown: bool = False


def higher_categories(frame: AssessmentFrame) -> list[Category]:
    """Categories above the present one, lowest first; without a category yet, all but the lowest."""
    categories = frame.instrument.categories
    if frame.card.category is None:
        return list(categories[1:])
    above = [c.code for c in categories].index(frame.card.category.code) + 1
    return list(categories[above:])


def route_to_target(frame: AssessmentFrame, target: str, fixed: frozenset[str] = frozenset()) -> TargetRoute:
    """The least set of raises that reaches `target` (a category's code or a score), leaving `fixed` alone."""
    survey = frame.assessment.survey if frame.instrument.components else None
    known = sorted(fixed & set(frame.instrument.indicators))
    try:
        route = cheapest_route(
            frame.instrument,
            frame.levels,
            frame.gates,
            target=target,
            fixed=known,
            survey=survey,
        )
    except NoRoute as none:
        return TargetRoute(target, best=none.best_score)
    except AnswerError:
        return TargetRoute(target, is_unknown=True)
    return TargetRoute(target, route, tuple(_raise(frame, step) for step in route.steps))


def _raise(frame: AssessmentFrame, step: RouteStep) -> LevelRaise:
    indicator = frame.instrument.indicators[step.indicator]
    new = [x for x in indicator.levels if step.from_level < x.level <= step.to_level and x.level > 0]
    return LevelRaise(
        indicator, step.from_level, step.to_level, step.gain, tuple((x.level, x.criterion) for x in new)
    )
