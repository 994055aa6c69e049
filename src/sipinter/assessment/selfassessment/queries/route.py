"""The easiest route to a category or score, ready for the page."""

from dataclasses import dataclass
from decimal import Decimal

from sipinter.assessment.record.queries.frame import Frame
from sipinter.assessment.record.scores import level
from sipinter.rules.instrument import Category, Indicator, Text
from sipinter.rules.route import NoRoute, Route, Step, cheapest
from sipinter.rules.scoring import AnswerError


@dataclass(frozen=True)
class Raise:
    """One step: raise `indicator` to `to`, which asks for `criteria` (level, sentence)."""

    indicator: Indicator
    before: int
    to: int
    gain: Decimal
    criteria: tuple[tuple[int, Text], ...]


@dataclass(frozen=True)
class Way:
    """The route to `target`; without one, the `best` reachable score, or the `fault` of the target."""

    target: str
    route: Route | None = None
    raises: tuple[Raise, ...] = ()
    best: Decimal | None = None
    fault: str = ""


def targets(frame: Frame) -> list[Category]:
    """Categories above the present one, lowest first; without a category yet, all but the lowest."""
    categories = frame.instrument.categories
    if frame.card.category is None:
        return list(categories[1:])
    above = [c.code for c in categories].index(frame.card.category.code) + 1
    return list(categories[above:])


def way(frame: Frame, target: str, fixed: frozenset[str] = frozenset()) -> Way:
    """The least set of raises that reaches `target` (a category's code or a score), leaving `fixed` alone."""
    survey = frame.assessment.survey if frame.instrument.components else None
    levels = {code: level(answer, frame.layer) for code, answer in frame.answers.items()}
    known = sorted(fixed & set(frame.instrument.indicators))
    try:
        route = cheapest(
            frame.instrument,
            levels,
            frame.gates,
            target=target,
            fixed=known,
            survey=survey,
        )
    except NoRoute as none:
        return Way(target, best=none.best_score)
    except AnswerError as error:
        return Way(target, fault=str(error))
    return Way(target, route, tuple(_raise(frame, step) for step in route.steps))


def _raise(frame: Frame, step: Step) -> Raise:
    indicator = frame.instrument.indicators[step.indicator]
    new = [x for x in indicator.levels if step.from_level < x.level <= step.to_level and x.level > 0]
    return Raise(
        indicator, step.from_level, step.to_level, step.gain, tuple((x.level, x.criterion) for x in new)
    )
