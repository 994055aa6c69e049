"""Groups of commands, each loaded only when it is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click

from sipinter.cli.help import LocalGroup
from sipinter.rules.messages import Message


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command: `target` is "module:attribute", `about` one line on what it does."""

    target: str
    about: Message


class LazyGroup(LocalGroup):
    """A group whose commands are imported when they are called, and listed without being imported."""

    def __init__(self, *args: Any, entries: Mapping[str, CommandEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def describe_commands(self) -> Iterable[tuple[str, Message]]:
        return [(name, entry.about) for name, entry in self.entries.items()]
