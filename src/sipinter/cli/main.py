"""The command `sipinter`. Each command's module is loaded only when it is called.

A new command is one line in COMMANDS: its name, where it stands and what it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import click

from sipinter import __version__
from sipinter.cli.language import language_option, translate


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: `target` is "module:attribute", `about` one English line, translated when shown."""

    target: str
    about: str


COMMANDS: dict[str, Entry] = {
    "instruments": Entry("sipinter.cli.rules:instruments", "List the instruments."),
    "score": Entry("sipinter.cli.rules:score", "Score a file of answers."),
    "category": Entry("sipinter.cli.rules:category", "Category and index of a score."),
    "route": Entry("sipinter.cli.rules:route", "The least-effort way from a file of answers to a target."),
    "serve": Entry("sipinter.cli.site:serve", "Serve the site until stopped."),
    "worker": Entry("sipinter.cli.worker:worker", "Run background tasks until stopped."),
    "manage": Entry("sipinter.cli.site:manage", "Django's own management commands."),
    "administrator": Entry("sipinter.cli.site:administrator", "Make the first national administrator."),
    "evidence": Entry(
        "sipinter.cli.evidence:evidence", "Check the stored files, scan them, set an agency's room."
    ),
    "audit": Entry("sipinter.cli.audit:audit", "Check and sign the audit trail."),
    "demo": Entry("sipinter.cli.demo.command:demo", "Load the demonstration and print its sign-ins."),
    "check": Entry("sipinter.cli.check:check", "Say what is unsafe or missing for production."),
    "backup": Entry("sipinter.cli.backup:backup", "Write database and files into one file."),
    "restore": Entry("sipinter.cli.backup:restore", "Put a backup in place."),
    "docs": Entry("sipinter.cli.docs:docs", "Write the pages of docs/ that are drawn from the code."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, and listed without being imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(translate("Commands")):
            formatter.write_dl([(name, translate(entry.about)) for name, entry in COMMANDS.items()])

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translate("Measures and builds merit in Indonesia's civil service."))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@language_option
@click.version_option(__version__, prog_name="sipinter")
def main() -> None:
    """The command `sipinter`."""


if __name__ == "__main__":
    main(prog_name="sipinter")
