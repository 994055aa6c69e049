"""The language the command line speaks: Indonesian, or English with `--lang en`.

The catalogues of `rules`, `merit` and `cli` are read by the standard library, for commands without a database
must start fast. English is the language of the source; it is also spoken where a catalogue is not compiled.

What is said at once is `_("...")`. What is said later, such as the help of an option, is a `Message("...")`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from gettext import NullTranslations, translation
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import click

import sipinter
from sipinter.rules.messages import Message
from sipinter.rules.numbers import strip_zeros

if TYPE_CHECKING:  # help needs none of it, and its classes take a while to be made
    from sipinter.rules.model import Text

LANGUAGES = ("id", "en")
VARIABLES = ("SIPINTER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
META_KEY = "sipinter.language"
PACKAGE = sipinter.__path__[0]  # as text: to import `pathlib` takes longer than to read the catalogues
ROOMS = ("cli", "merit", "rules")
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


@cache
def read_catalogue(language: str, package: str = PACKAGE) -> NullTranslations:
    """The texts of the command line and of what it stands on, one catalogue behind the other."""
    found = [translation("django", f"{package}/{room}/locale", [language], fallback=True) for room in ROOMS]
    for upper, lower in pairwise(found):
        upper.add_fallback(lower)
    return found[0]


def chosen_catalogue() -> NullTranslations:
    """The texts in the chosen language."""
    return read_catalogue(chosen_language())


def translate_message(message: Message) -> str:
    """A sentence of the rules, the arithmetic or the command line in the chosen language."""
    return message.translated(chosen_catalogue())


def _(template: str, **params: object) -> str:
    """A sentence of the command line in the chosen language, filled in."""
    return translate_message(Message(template, **params))


def ngettext(one: str, many: str, count: int, **params: object) -> str:
    """A sentence about `count` things in the chosen language, filled in."""
    return translate_message(Message.plural(one, many, count=count, **params))


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
