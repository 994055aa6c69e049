"""Facts of a day prepared beside the tables: by a command of its own, or where tables were written."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.help import local_option
from sipinter.cli.language import _, ngettext, translate_message
from sipinter.cli.output import print_json, print_pairs
from sipinter.cli.staff_options import on_option, parse_day, rules_option
from sipinter.merit.data.prepared_facts import prepare_facts
from sipinter.merit.engine.choice import open_engine
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.rules.messages import Message, Refusal

SECONDS_BETWEEN = 1.0
no_facts_option = local_option(
    "--no-facts",
    is_flag=True,
    help=Message("Leave out the facts of the day, which later commands of that day read."),
)


class FactsProgress:
    """A line on stderr, one a second at most: how many employees have their facts."""

    def __init__(self) -> None:
        self.next = monotonic() + SECONDS_BETWEEN

    def __call__(self, employees: int) -> None:
        if monotonic() > self.next:
            click.echo(ngettext("facts: {count} employee", "facts: {count} employees", employees), err=True)
            self.next = monotonic() + SECONDS_BETWEEN


def try_prepare_facts(folder: Path, on: date) -> dict[str, Any] | None:
    """Prepares the facts of tables that were just written here, under the rules in force.

    What cannot be prepared is said and is no failure: later commands compute it themselves.
    """
    try:
        return prepare_facts(folder, on, engine=DuckDb(progress=FactsProgress()))
    except Refusal as refusal:
        reason = translate_message(refusal.message)
        click.echo(
            _("the tables are written, the facts of the day are not: {reason}", reason=reason), err=True
        )
        return None


def facts_summary(note: dict[str, Any] | None) -> dict[str, str] | None:
    """What is printed of prepared facts."""
    return {name: note[name] for name in ("on", "facts_sha256")} if note else None


@local_command(
    "prepare", Message("Compute once what the later commands of the same day need, into DIR/facts.parquet.")
)
@click.argument("folder", metavar="DIR")
@rules_option
@on_option
def prepare_command(folder: str, rules_id: str | None, on: str | None, as_json: bool) -> None:
    note = prepare_facts(Path(folder), parse_day("--on", on), rules_id, open_engine(FactsProgress()))
    if as_json:
        print_json(note)
    else:
        print_pairs([("on", str(note["on"])), ("facts_sha256", str(note["facts_sha256"]))])
