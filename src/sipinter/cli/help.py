"""Commands, options and groups whose help is shown in the chosen language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import click

from sipinter.cli.language import _, translate_message
from sipinter.rules.messages import Message

F = TypeVar("F", bound=Callable[..., Any])


class LocalOption(click.Option):
    """An option whose help is shown in the chosen language."""

    def __init__(self, names: Sequence[str], *, help: Message, **kwargs: Any) -> None:
        super().__init__(names, help=help, **kwargs)
        self.about = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        record = super().get_help_record(ctx)
        return record and (record[0], record[1].replace(self.about, translate_message(self.about)))


def local_option(*names: str, help: Message, **kwargs: Any) -> Callable[[F], F]:
    """`click.option` with translated help."""
    return click.option(*names, cls=LocalOption, help=help, **kwargs)


class LocalCommand(click.Command):
    """A command described by paragraphs in the chosen language."""

    def __init__(self, *args: Any, about: tuple[Message, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            for paragraph in self.about:
                formatter.write_text(translate_message(paragraph))
                formatter.write_paragraph()


class LocalGroup(click.Group):
    """A group described, with what it holds, in the chosen language."""

    def __init__(self, *args: Any, about: Message, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about

    def describe_commands(self) -> Iterable[tuple[str, Message]]:
        """The name of every command with the line that tells what it does."""
        return [(name, one.about[0]) for name, one in self.commands.items() if isinstance(one, LocalCommand)]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translate_message(self.about))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, translate_message(about)) for name, about in self.describe_commands()])
