"""The language the command line speaks: Indonesian, or English with `--lang en`.

Commands without a database must start fast, so this is a plain table (`texts`) and not
Django's catalogue. Keys are the English sentences of the code.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import click

from sipinter.cli.catalogue import INDONESIAN
from sipinter.rules.messages import Message
from sipinter.rules.model import Text
from sipinter.rules.numbers import strip_zeros

LANGUAGES = ("id", "en")
VARIABLES = ("SIPINTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
META_KEY = "sipinter.language"
F = TypeVar("F", bound=Callable[..., Any])


def chosen_language() -> str:
    """The chosen language: of --lang, else the first set variable that names one we speak, else "id"."""
    context = click.get_current_context(silent=True)
    if context is not None and META_KEY in context.meta:
        return str(context.meta[META_KEY])
    for variable in VARIABLES:
        wanted = os.environ.get(variable, "")[:2].lower()
        if wanted in LANGUAGES:
            return wanted
    return "id"


def translate(template: str) -> str:
    """A sentence of the code in the chosen language."""
    return INDONESIAN[template] if chosen_language() == "id" else template


def format_message(template: str, **params: object) -> str:
    """A sentence of the command line, translated and filled in."""
    return Message(template, **params).translated(translate)


def localised_text(text: Text) -> str:
    """A text of an instrument in the chosen language."""
    return text.in_(chosen_language())


def format_figure(value: Decimal | None) -> str:
    """A figure for people: no trailing noughts, a decimal comma in Indonesian, a dash for none."""
    if value is None:
        return "–"
    shown = f"{strip_zeros(value):f}"
    return shown.replace(".", ",") if chosen_language() == "id" else shown


def _remember(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[META_KEY] = value


def language_option(command: F) -> F:
    """Adds `--lang`, which must be known before anything is said, help included."""
    option = click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        help="Bahasa / language.",
        is_eager=True,
        expose_value=False,
        callback=_remember,
    )
    return option(command)


class LocalOption(click.Option):
    """An option whose help is shown in the chosen language."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        if record is None or self.help is None:
            return record
        return record[0], record[1].replace(self.help, translate(self.help))


class LocalCommand(click.Command):
    """A command whose description is shown in the chosen language."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in (self.help or "").split("\n\n"):
                formatter.write_text(translate(" ".join(paragraph.split())))
                formatter.write_paragraph()
