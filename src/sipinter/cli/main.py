"""The command `sipinter`. Each command's module is loaded only when it is called.

A new command is one line in COMMANDS: its name, where it stands and what it does.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from sipinter import __version__
from sipinter.cli.language import language_option
from sipinter.cli.lazy_group import CommandEntry, LazyGroup
from sipinter.cli.output import EXIT_FAULT
from sipinter.rules.messages import Message

COMMANDS: dict[str, CommandEntry] = {
    "instruments": CommandEntry("sipinter.cli.rules:instruments_command", Message("List the instruments.")),
    "score": CommandEntry("sipinter.cli.rules:score_command", Message("Score a file of answers.")),
    "category": CommandEntry(
        "sipinter.cli.rules:category_command", Message("Category and index of a score.")
    ),
    "route": CommandEntry(
        "sipinter.cli.rules:route_command",
        Message("The least-effort way from a file of answers to a target."),
    ),
    "staff": CommandEntry("sipinter.cli.staff:staff_group", Message("The arithmetic of staff, from files.")),
    "selection": CommandEntry(
        "sipinter.cli.staff:selection_group", Message("Selections: ranking by the rules.")
    ),
    "serve": CommandEntry("sipinter.cli.site:serve_command", Message("Serve the site until stopped.")),
    "worker": CommandEntry(
        "sipinter.cli.worker:worker_command", Message("Run background tasks until stopped.")
    ),
    "manage": CommandEntry("sipinter.cli.site:manage_command", Message("Django's own management commands.")),
    "administrator": CommandEntry(
        "sipinter.cli.site:administrator_command", Message("Make the first national administrator.")
    ),
    "enrolment": CommandEntry(
        "sipinter.cli.site:enrolment_command",
        Message("Print a link by which a person sets up a second factor."),
    ),
    "evidence": CommandEntry(
        "sipinter.cli.evidence:evidence_group",
        Message("Check the stored files, scan them, set an agency's room."),
    ),
    "audit": CommandEntry("sipinter.cli.audit:audit_group", Message("Check and sign the audit trail.")),
    "sign": CommandEntry("sipinter.cli.sign:sign_group", Message("The process that holds the signing key.")),
    "privacy": CommandEntry("sipinter.cli.privacy:privacy_group", Message("Personal data: erase a person.")),
    "demo": CommandEntry(
        "sipinter.cli.demo.command:demo_command", Message("Load the demonstration and print its sign-ins.")
    ),
    "check": CommandEntry(
        "sipinter.cli.check:check_command", Message("Say what is unsafe or missing for production.")
    ),
    "backup": CommandEntry(
        "sipinter.cli.backup:backup_command", Message("Write database and files into one file.")
    ),
    "restore": CommandEntry("sipinter.cli.backup:restore_command", Message("Put a backup in place.")),
    "docs": CommandEntry(
        "sipinter.cli.docs:docs_command", Message("Write the pages of docs/ that are drawn from the code.")
    ),
}


PRIVATE = 0o077  # other users of the machine read no file of ours and reach no socket
ABOUT = Message("Measures and builds merit in Indonesia's civil service.")


class SiteGroup(LazyGroup):
    """A fault of database or disk ends a command with its sentence (exit 2), never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            from sipinter.cli.fault_sentences import fault_sentence

            sentence = fault_sentence(error)
            if sentence is None:
                raise
            click.echo(sentence, err=True)
            sys.exit(EXIT_FAULT)


@click.group(
    cls=SiteGroup, entries=COMMANDS, about=ABOUT, context_settings={"help_option_names": ["-h", "--help"]}
)
@language_option
@click.version_option(__version__, prog_name="sipinter")
@click.pass_context
def main(context: click.Context) -> None:
    """The command `sipinter`."""
    before = os.umask(PRIVATE)
    context.call_on_close(lambda: os.umask(before))  # a program that calls the command keeps its own


if __name__ == "__main__":
    main(prog_name="sipinter")
