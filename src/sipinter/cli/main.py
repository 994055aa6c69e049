"""The command `sipinter`. Each command's module is loaded only when it is called.

A new command is one line in COMMANDS: its name, where it stands and what it does.
"""

from __future__ import annotations

import click

from sipinter import __version__
from sipinter.cli.language import language_option
from sipinter.cli.lazy import Entry, LazyGroup

COMMANDS: dict[str, Entry] = {
    "instruments": Entry("sipinter.cli.rules:instruments", "List the instruments."),
    "score": Entry("sipinter.cli.rules:score", "Score a file of answers."),
    "category": Entry("sipinter.cli.rules:category", "Category and index of a score."),
    "route": Entry("sipinter.cli.rules:route", "The least-effort way from a file of answers to a target."),
    "staff": Entry("sipinter.cli.staff:staff", "The arithmetic of staff, from files."),
    "selection": Entry("sipinter.cli.staff:selection", "Selections: ranking by the rules."),
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


ABOUT = "Measures and builds merit in Indonesia's civil service."


@click.group(
    cls=LazyGroup, entries=COMMANDS, about=ABOUT, context_settings={"help_option_names": ["-h", "--help"]}
)
@language_option
@click.version_option(__version__, prog_name="sipinter")
def main() -> None:
    """The command `sipinter`."""


if __name__ == "__main__":
    main(prog_name="sipinter")
