"""Groups of commands, each loaded only when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from sipinter.cli.language import translate


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command: `target` is "module:attribute", `about` one English line, translated when shown."""

    target: str
    about: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and listed without being imported."""

    def __init__(self, *args: Any, entries: Mapping[str, CommandEntry], about: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries, self.about = entries, about

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(translate("Commands")):
            formatter.write_dl([(name, translate(entry.about)) for name, entry in self.entries.items()])

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translate(self.about))
