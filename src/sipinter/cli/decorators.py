"""What the commands without a database share: exact figures, guarded faults, translated help."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import click

from sipinter.cli.help import LocalCommand, local_option
from sipinter.cli.language import _, language_option, translate_message
from sipinter.cli.output import EXIT_FAULT, fault_lines
from sipinter.rules.document import DocumentError
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.scoring import AnswerError
from sipinter.rules.sheet import AnswersError

F = TypeVar("F", bound=Callable[..., Any])


class FigureType(click.ParamType[Decimal]):
    """An exact figure; a decimal comma is understood too."""

    name = "figure"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        if isinstance(value, Decimal):
            return value
        try:
            figure = Decimal(str(value).strip().replace(",", "."))
        except InvalidOperation:
            figure = Decimal("NaN")
        if not figure.is_finite():
            self.fail(_("“{value}” is not a figure", value=value), param, ctx)
        return figure


def faults_to_exit_code(command: F) -> F:
    """Turns a fault of the input into one line each on stderr and exit code 2, with nothing on stdout."""

    @functools.wraps(command)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except AnswersError as error:
            lines = fault_lines(error)
        except DocumentError as error:
            lines = [str(fault) for fault in error.faults]
        except (AnswerError, Refusal) as error:
            lines = [translate_message(error.message)]
        for line in lines:
            click.echo(line, err=True)
        sys.exit(EXIT_FAULT)

    return guarded  # type: ignore[return-value]


def local_command(name: str, *about: Message) -> Callable[[Callable[..., None]], click.Command]:
    """A command with `--lang`, `--json`, help in the paragraphs of `about` and guarded faults."""

    def decorate(function: Callable[..., None]) -> click.Command:
        as_json = local_option("--json", "as_json", is_flag=True, help=Message("Print JSON."))
        guarded = language_option(as_json(faults_to_exit_code(function)))
        return click.command(name, cls=LocalCommand, about=about)(guarded)

    return decorate
