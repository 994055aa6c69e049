"""`sipinter staff import`: the national register's exports to clean staff tables."""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.language import LocalOption, format_message, translate
from sipinter.cli.output import print_json, print_pairs
from sipinter.cli.staff_facts import SECONDS_BETWEEN, facts_summary, no_facts_option, try_prepare_facts
from sipinter.cli.staff_options import on_option, parse_day
from sipinter.merit.register.importer import import_exports

EXIT_FAULTS = 1


class _Progress:
    """A line on stderr, rewritten on a terminal, one a second at most."""

    def __init__(self) -> None:
        self.last = 0.0
        self.label = ""

    def __call__(self, label: str, rows: int) -> None:
        now = monotonic()
        if not label:
            click.echo(format_message("checking"), err=True)
        elif label != self.label or now - self.last > SECONDS_BETWEEN:
            click.echo(format_message("{file}: {rows} rows read", file=label, rows=rows), err=True)
            self.last, self.label = now, label


@local_command("import")
@click.argument("exports", metavar="EXPORT...", nargs=-1, required=True)
@on_option
@click.option("--out", required=True, metavar="DIR", cls=LocalOption, help="Folder to write to.")
@no_facts_option
def import_command(exports: tuple[str, ...], on: str | None, out: str, no_facts: bool, as_json: bool) -> None:
    """Read the national register's exports and write staff tables, faults.csv and completeness.json.

    Then the facts of the day are prepared, which later commands of that day read.

    Exit code 0 without faults, 1 with faults (all in faults.csv), 2 when a file cannot be read at all.
    """
    when = parse_day("--on", on)
    found = import_exports(
        [Path(export) for export in exports],
        Path(out),
        when,
        translate=translate,
        progress=_Progress(),
    )
    note = None if no_facts else try_prepare_facts(Path(out), when)
    if as_json:
        print_json({"out": out, **found.completeness, "facts": facts_summary(note)})
    else:
        read = ((format_message("read: {file}", file=label), str(rows)) for label, rows in found.read.items())
        written = (
            (format_message("written: {table}", table=name), str(rows))
            for name, rows in found.written.items()
        )
        listed = (
            (format_message("fault: {code}", code=code), str(count)) for code, count in found.by_code.items()
        )
        print_pairs([*read, *written, (format_message("faults"), str(found.faults)), *listed])
    if found.faults:
        sys.exit(EXIT_FAULTS)
