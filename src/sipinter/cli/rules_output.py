"""How instruments, scorecards, categories and routes are printed."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from sipinter.cli.language import figure, name_of, say
from sipinter.cli.output import print_pairs, print_table
from sipinter.rules.instrument import Instrument
from sipinter.rules.scoring import Scorecard, category_of, index_of, provisional_index_of

if TYPE_CHECKING:  # the solver behind it is slow to import
    from sipinter.rules.route import NoRoute, Route

Shape = dict[str, object]


def instrument_json(instrument: Instrument) -> Shape:
    until = instrument.valid_until
    return {
        "id": instrument.id,
        "title": name_of(instrument.title),
        "status": instrument.status,
        "valid_from": instrument.valid_from.isoformat(),
        "valid_until": until.isoformat() if until else None,
        "aspects": len(instrument.aspects),
        "indicators": len(instrument.indicators),
        "gates": len(instrument.gates),
        "levels": {"min": instrument.min_level, "max": instrument.max_level},
        "max": instrument.max_score,
        "categories": [category.code for category in instrument.categories],
    }


def print_instruments(instruments: Iterable[Instrument]) -> None:
    headings = [say("Instrument"), say("Valid"), say("Aspects"), say("Indicators"), say("Max"), say("Title")]
    rows = [
        [
            i.id,
            f"{i.valid_from.isoformat()} – {i.valid_until.isoformat() if i.valid_until else ''}".strip(),
            str(len(i.aspects)),
            str(len(i.indicators)),
            figure(i.max_score),
            name_of(i.title),
        ]
        for i in instruments
    ]
    print_table(headings, rows, numbers=(2, 3, 4))


def scorecard_json(card: Scorecard) -> Shape:
    shape: Shape = {
        "instrument": card.instrument,
        "score": card.score,
        "max": card.max,
        "index": card.index,
        "category": card.category.code if card.category else None,
        "complete": card.complete,
        "aspects": [
            {"code": a.code, "name": name_of(a.name), "score": a.score, "max": a.max, "percent": a.percent}
            for a in card.aspects
        ],
        "unanswered": card.unanswered,
        "not_applicable": card.not_applicable,
    }
    if card.components:
        shape["components"] = [
            {"code": part.code, "weight": part.weight, "value": part.value} for part in card.components
        ]
        if card.index is None:
            shape["provisional_index"] = card.provisional_index
    return shape


def print_scorecard(instrument: Instrument, card: Scorecard) -> None:
    score = say("{score} of {max}", score=figure(card.score), max=figure(card.max))
    pairs = [(say("Instrument"), card.instrument), (say("Score"), score)]
    if card.provisional_index is not None:
        pairs.append((say("Provisional index"), figure(card.provisional_index)))
    pairs += [
        (say("Index"), figure(card.index)),
        (say("Category"), name_of(card.category.title) if card.category else "–"),
    ]
    if card.next_category:
        following, points = card.next_category
        pairs.append((say("Points to {category}", category=name_of(following.title)), figure(points)))
    pairs.append((say("Complete"), say("yes") if card.complete else say("no")))
    print_pairs(pairs)
    click.echo()
    print_table(
        ["", say("Aspect"), say("Score"), say("Max"), "%"],
        [[a.code, name_of(a.name), figure(a.score), figure(a.max), figure(a.percent)] for a in card.aspects],
        numbers=(2, 3, 4),
    )
    _print_codes(say("Unanswered"), card.unanswered)
    _print_codes(say("Not applicable"), card.not_applicable)
    _print_note(instrument)


def _print_codes(name: str, codes: tuple[str, ...]) -> None:
    if codes:
        click.echo(f"\n{name} ({len(codes)}): {', '.join(codes)}")


def _print_note(instrument: Instrument) -> None:
    """What is not firm about the instrument is said wherever its score is."""
    if instrument.note is not None:
        click.echo(f"\n{say('Note')}: {name_of(instrument.note)}")


def category_json(instrument: Instrument, score: Decimal, survey: Decimal | None) -> Shape:
    found = category_of(instrument, score, survey=survey)
    index = index_of(instrument, score, survey=survey)
    shape: Shape = {"score": score, "category": found.code if found else None, "index": index}
    if instrument.components and index is None:
        shape["provisional_index"] = provisional_index_of(instrument, score)
    return shape


def print_category(instrument: Instrument, shape: Shape) -> None:
    code = shape["category"]
    pairs = [
        (say("Score"), _shown(shape["score"])),
        (say("Category"), name_of(instrument.category(code).title) if isinstance(code, str) else "–"),
        (say("Index"), _shown(shape["index"])),
    ]
    if "provisional_index" in shape:
        pairs.append((say("Provisional index"), _shown(shape["provisional_index"])))
    print_pairs(pairs)


def _shown(value: object) -> str:
    return figure(value if isinstance(value, Decimal) else None)


def route_json(route: Route) -> Shape:
    return {
        "from": route.from_score,
        "to": route.to_score,
        "effort": route.effort,
        "optimal": route.optimal,
        "steps": [
            {
                "indicator": step.indicator,
                "from": step.from_level,
                "to": step.to_level,
                "gain": step.gain,
                "effort": step.effort,
            }
            for step in route.steps
        ],
    }


def print_route(instrument: Instrument, route: Route) -> None:
    print_pairs(
        [
            (say("Score"), f"{figure(route.from_score)} → {figure(route.to_score)}"),
            (say("Effort"), figure(route.effort)),
            (say("Proven cheapest"), say("yes") if route.optimal else say("no")),
        ]
    )
    if not route.steps:
        click.echo(f"\n{say('The target is reached already.')}")
        return
    click.echo()
    print_table(
        ["", say("Indicator"), say("Level"), say("Gain"), say("Effort")],
        [
            [
                step.indicator,
                name_of(instrument.indicators[step.indicator].title),
                f"{step.from_level} → {step.to_level}",
                figure(step.gain),
                figure(step.effort),
            ]
            for step in route.steps
        ],
        numbers=(3, 4),
    )


def no_route_json(none: NoRoute) -> Shape:
    """The keys of a route with no way there, and the best score that can be reached."""
    return {
        "from": none.from_score,
        "to": None,
        "best": none.best_score,
        "effort": None,
        "optimal": False,
        "steps": [],
    }


def print_no_route(none: NoRoute, target: str) -> None:
    click.echo(
        say(
            "There is no way to {target}; the best reachable score is {best}.",
            target=target,
            best=figure(none.best_score),
        )
    )
