"""`sipinter instruments | score | category | route`: the rules without a database."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import click

from sipinter.cli.decorators import FigureType, local_command
from sipinter.cli.help import local_option
from sipinter.cli.output import EXIT_NO_ROUTE, print_json
from sipinter.cli.rules_output import (
    category_json,
    instrument_json,
    no_route_json,
    print_category,
    print_instruments,
    print_no_route,
    print_route,
    print_scorecard,
    route_json,
    scorecard_json,
)
from sipinter.rules import scoring
from sipinter.rules.answers import Answers, read_answers
from sipinter.rules.instrument import (
    find_instrument_file,
    list_instrument_ids,
    load_catalog,
    load_instrument_file,
)
from sipinter.rules.messages import Message
from sipinter.rules.model import Instrument
from sipinter.rules.sheets import MAX_BYTES

instrument_option = local_option(
    "--instrument",
    "instrument_id",
    required=True,
    metavar="ID",
    help=Message("Instrument, as listed by `sipinter instruments`."),
)
survey_option = local_option(
    "--survey", type=FigureType(), help=Message("Result of the employee survey, from 0 to 1.")
)


@local_command("instruments", Message("List the instruments: ids, titles, validity, counts and maxima."))
def instruments_command(as_json: bool) -> None:
    catalog = load_catalog()
    if as_json:
        print_json([instrument_json(instrument) for instrument in catalog.values()])
    else:
        print_instruments(catalog.values())


@local_command(
    "score",
    Message(
        "Score a file of answers (CSV or XLSX with the columns indicator, level; - reads CSV from stdin)."
    ),
    Message("A gate's answer is a row too: the gate's code, then its answer. An empty level is unanswered."),
)
@click.argument("answers")
@instrument_option
@survey_option
def score_command(answers: str, instrument_id: str, survey: Decimal | None, as_json: bool) -> None:
    instrument = load_instrument(instrument_id)
    given = load_answers(answers, instrument)
    card = scoring.score(instrument, given.levels, given.gates, survey=survey)
    if as_json:
        print_json(scorecard_json(card))
    else:
        print_scorecard(instrument, card)


@local_command("category", Message("Category and index of a score."))
@click.argument("figure", metavar="SCORE", type=FigureType())
@instrument_option
@survey_option
def category_command(figure: Decimal, instrument_id: str, survey: Decimal | None, as_json: bool) -> None:
    instrument = load_instrument(instrument_id)
    shown = category_json(instrument, figure, survey)
    if as_json:
        print_json(shown)
    else:
        print_category(instrument, shown)


@local_command(
    "route",
    Message("The least-effort level raises that reach a category or score, proven optimal."),
    Message(
        "Effort is 1 a level, or the figure in the optional column effort. Exit code 3 when there is no way."
    ),
)
@click.argument("answers")
@instrument_option
@local_option("--target", required=True, metavar="CATEGORY|SCORE", help=Message("Where to get to."))
@local_option("--fix", multiple=True, metavar="CODE", help=Message("Indicator to leave as it is."))
@survey_option
def route_command(
    answers: str, instrument_id: str, target: str, fix: tuple[str, ...], survey: Decimal | None, as_json: bool
) -> None:
    from sipinter.rules.route import NoRoute, cheapest_route

    instrument = load_instrument(instrument_id)
    given = load_answers(answers, instrument)
    try:
        found = cheapest_route(
            instrument,
            given.levels,
            given.gates,
            target=target,
            fixed=fix,
            effort=given.efforts,
            survey=survey,
        )
    except NoRoute as none:
        if as_json:
            print_json(no_route_json(none))
        else:
            print_no_route(none, target)
        sys.exit(EXIT_NO_ROUTE)
    if as_json:
        print_json(route_json(found))
    else:
        print_route(instrument, found)


def load_instrument(instrument_id: str) -> Instrument:
    """One instrument by id, without reading the others. AnswerError when there is none."""
    path = find_instrument_file(instrument_id)
    if path is None:
        known = ", ".join(list_instrument_ids())
        raise scoring.AnswerError(
            Message("unknown instrument “{id}”; available: {known}", id=instrument_id, known=known)
        )
    return load_instrument_file(path)


def load_answers(source: str, instrument: Instrument) -> Answers:
    """The answers of a file or, for "-", of stdin."""
    if source == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        return read_answers(content, instrument, name="stdin")
    return read_answers(Path(source), instrument, name=source)
