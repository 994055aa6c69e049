"""Arguments of the staff commands, read from text so that a fault is one line that names them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import click

from sipinter.cli.decorators import faults_to_exit_code
from sipinter.cli.help import LocalCommand, local_option
from sipinter.cli.language import language_option
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.numbers import to_decimal

F = TypeVar("F", bound=Callable[..., Any])
FIGURE = re.compile(r"-?\d{1,12}([.,]\d{1,9})?")
SHOWN_DECIMALS = 4
YEARS = range(1900, 2200)  # of days that are asked for: reckoning with them stays within the calendar

rules_option = local_option(
    "--rules", "rules_id", metavar="ID", help=Message("Rule set, as listed by `sipinter staff rules`.")
)
on_option = local_option(
    "--on", "on", metavar="DATE", help=Message("The day that counts, as 2026-12-31; today by default.")
)


def json_command(name: str, *about: Message) -> Callable[[Callable[..., None]], click.Command]:
    """A command that answers in JSON. Negative figures are taken as arguments, not as options."""

    def decorate(function: Callable[..., None]) -> click.Command:
        as_json = click.option("--json", "as_json", is_flag=True, hidden=True, expose_value=False)
        wrapped = language_option(as_json(on_option(rules_option(faults_to_exit_code(function)))))
        return click.command(
            name, cls=LocalCommand, about=about, context_settings={"ignore_unknown_options": True}
        )(wrapped)

    return decorate


def parse_day(what: str, written: str | None) -> date:
    """A date as 2026-12-31; today for none."""
    if written is None:
        return date.today()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Refusal(
            Message("{what}: “{value}” is not a date such as 1990-12-31", what=what, value=written)
        ) from None
    if day.year not in YEARS:
        raise Refusal(
            Message("{what}: “{value}” does not lie between 1900 and 2199", what=what, value=written)
        )
    return day


def parse_figure(what: str, written: str) -> Fraction:
    """A figure; a decimal comma is understood too."""
    if not FIGURE.fullmatch(written.strip()):
        raise Refusal(Message("{what}: “{value}” is not a figure", what=what, value=written))
    return Fraction(written.strip().replace(",", "."))


def parse_whole_number(what: str, written: str) -> int:
    """A whole number."""
    value = parse_figure(what, written)
    if value.denominator != 1:
        raise Refusal(Message("{what}: “{value}” is not a whole number", what=what, value=written))
    return int(value)


def round_for_display(value: Fraction | None, decimals: int = SHOWN_DECIMALS) -> Decimal | None:
    """A figure rounded half up for showing."""
    return None if value is None else to_decimal(value, decimals)
