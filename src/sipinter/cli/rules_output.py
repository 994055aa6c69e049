"""How instruments, scorecards, categories and routes are printed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from sipinter.cli.language import _, format_figure, localised_text
from sipinter.cli.output import print_pairs, print_table
from sipinter.rules.model import Instrument
from sipinter.rules.scoring import Scorecard, category_of, index_of, provisional_index_of

if TYPE_CHECKING:  # the solver behind it is slow to import
    from sipinter.rules.route import NoRoute, Route

Shape = dict[str, object]


def instrument_json(instrument: Instrument) -> Shape:
    until = instrument.valid_until
    return {
        "id": instrument.id,
        "title": localised_text(instrument.title),
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


def format_validity(first: date, last: date | None) -> str:
    """The days on which something holds; open at the end for no last one."""
    return f"{first.isoformat()} – {last.isoformat() if last else ''}".strip()


def print_instruments(instruments: Iterable[Instrument]) -> None:
    headings = [_("Instrument"), _("Valid"), _("Aspects"), _("Indicators"), _("Max"), _("Title")]
    rows = [
        [
            i.id,
            format_validity(i.valid_from, i.valid_until),
            str(len(i.aspects)),
            str(len(i.indicators)),
            format_figure(i.max_score),
            localised_text(i.title),
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
            {
                "code": a.code,
                "name": localised_text(a.name),
                "score": a.score,
                "max": a.max,
                "percent": a.percent,
            }
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
    score = _("{score} of {max}", score=format_figure(card.score), max=format_figure(card.max))
    pairs = [(_("Instrument"), card.instrument), (_("Score"), score)]
    if card.provisional_index is not None:
        pairs.append((_("Provisional index"), format_figure(card.provisional_index)))
    pairs += [
        (_("Index"), format_figure(card.index)),
        (_("Category"), localised_text(card.category.title) if card.category else "–"),
    ]
    if card.next_category:
        following, points = card.next_category
        to_next = _("Points to {category}", category=localised_text(following.title))
        pairs.append((to_next, format_figure(points)))
    pairs.append((_("Complete"), _("yes") if card.complete else _("no")))
    print_pairs(pairs)
    click.echo()
    rows = [
        [a.code, localised_text(a.name), *(format_figure(figure) for figure in (a.score, a.max, a.percent))]
        for a in card.aspects
    ]
    print_table(["", _("Aspect"), _("Score"), _("Max"), "%"], rows, numbers=(2, 3, 4))
    _print_codes(_("Unanswered"), card.unanswered)
    _print_codes(_("Not applicable"), card.not_applicable)
    _print_note(instrument)


def _print_codes(name: str, codes: tuple[str, ...]) -> None:
    if codes:
        click.echo(f"\n{name} ({len(codes)}): {', '.join(codes)}")


def _print_note(instrument: Instrument) -> None:
    """What is not firm about the instrument is said wherever its score is."""
    if instrument.note is not None:
        click.echo(f"\n{_('Note')}: {localised_text(instrument.note)}")


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
        (_("Score"), _shown(shape["score"])),
        (_("Category"), localised_text(instrument.category(code).title) if isinstance(code, str) else "–"),
        (_("Index"), _shown(shape["index"])),
    ]
    if "provisional_index" in shape:
        pairs.append((_("Provisional index"), _shown(shape["provisional_index"])))
    print_pairs(pairs)


def _shown(value: object) -> str:
    return format_figure(value if isinstance(value, Decimal) else None)


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
    scores = f"{format_figure(route.from_score)} → {format_figure(route.to_score)}"
    proven = _("yes") if route.optimal else _("no")
    pairs = [(_("Score"), scores), (_("Effort"), format_figure(route.effort)), (_("Proven cheapest"), proven)]
    print_pairs(pairs)
    if not route.steps:
        click.echo(f"\n{_('The target is reached already.')}")
        return
    click.echo()
    rows = [
        [
            step.indicator,
            localised_text(instrument.indicators[step.indicator].title),
            f"{step.from_level} → {step.to_level}",
            format_figure(step.gain),
            format_figure(step.effort),
        ]
        for step in route.steps
    ]
    print_table(["", _("Indicator"), _("Level"), _("Gain"), _("Effort")], rows, numbers=(3, 4))


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
    best = format_figure(none.best_score)
    click.echo(
        _("There is no way to {target}; the best reachable score is {best}.", target=target, best=best)
    )
