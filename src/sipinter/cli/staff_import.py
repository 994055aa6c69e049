"""`sipinter staff import`: the national register's exports to clean staff tables."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.help import local_option
from sipinter.cli.language import _, chosen_catalogue, ngettext
from sipinter.cli.output import print_json, print_pairs
from sipinter.cli.staff_facts import SECONDS_BETWEEN, facts_summary, no_facts_option, try_prepare_facts
from sipinter.cli.staff_options import on_option, parse_day
from sipinter.merit.register.importer import import_exports
from sipinter.rules.messages import Message

EXIT_FAULTS = 1


class _Progress:
    """A line on stderr, rewritten on a terminal, one a second at most."""

    def __init__(self) -> None:
        self.last = 0.0
        self.label = ""

    def __call__(self, label: str, rows: int) -> None:
        now = monotonic()
        if not label:
            click.echo(_("checking"), err=True)
        elif label != self.label or now - self.last > SECONDS_BETWEEN:
            read = ngettext("{file}: {count} row read", "{file}: {count} rows read", rows, file=label)
            click.echo(read, err=True)
            self.last, self.label = now, label


@local_command(
    "import",
    Message("Read the national register's exports and write staff tables, faults.csv and completeness.json."),
    Message("Then the facts of the day are prepared, which later commands of that day read."),
    Message(
        "Exit code 0 without faults, 1 with faults (all in faults.csv), 2 when a file cannot be read at all."
    ),
)
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True)
@on_option
@local_option("--out", required=True, metavar="DIR", help=Message("Folder to write to."))
@no_facts_option
def import_command(exports: tuple[str, ...], on: str | None, out: str, no_facts: bool, as_json: bool) -> None:
    when = parse_day("--on", on)
    found = import_exports(
        [Path(export) for export in exports],
        Path(out),
        when,
        translate=chosen_catalogue().gettext,
        progress=_Progress(),
    )
    note = None if no_facts else try_prepare_facts(Path(out), when)
    if as_json:
        print_json({"out": out, **found.completeness, "facts": facts_summary(note)})
    else:
        read = ((_("read: {file}", file=label), str(rows)) for label, rows in found.read.items())
        written = ((_("written: {table}", table=name), str(rows)) for name, rows in found.written.items())
        listed = ((_("fault: {code}", code=code), str(count)) for code, count in found.by_code.items())
        print_pairs([*read, *written, (_("faults"), str(found.faults)), *listed])
    if found.faults:
        sys.exit(EXIT_FAULTS)
