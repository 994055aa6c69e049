"""Computations over a folder of staff tables (docs/staff-tables.md), written to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.help import local_option
from sipinter.cli.language import _
from sipinter.cli.output import print_json, print_pairs, print_table
from sipinter.cli.staff_facts import facts_summary, no_facts_option, try_prepare_facts
from sipinter.cli.staff_options import on_option, parse_day, parse_figure, parse_whole_number, rules_option
from sipinter.merit.data.diff import diff_tables, write_diff
from sipinter.merit.data.result import Result, write_result
from sipinter.merit.data.sample import Sample, write_sample
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.output import check_output
from sipinter.merit.population.competence import compute_competence
from sipinter.merit.population.measures import compute_measures
from sipinter.merit.population.professionalism import compute_professionalism
from sipinter.merit.population.talent import compute_talent_map
from sipinter.merit.register.sample_exports import write_exports
from sipinter.rules.messages import Message

FAULTS_EACH = 2
F = TypeVar("F", bound=Callable[..., None])
out_option = local_option(
    "--out",
    required=True,
    metavar="FILE",
    help=Message(
        "File to write, by its suffix .csv, .parquet or .json; FILE.meta.json is written beside it."
    ),
)


def table_command(name: str, *about: Message) -> Callable[[F], click.Command]:
    """A command DIR --rules ID --on DATE --out FILE."""

    def decorate(function: F) -> click.Command:
        with_options = click.argument("folder", metavar="DIR")(rules_option(on_option(out_option(function))))
        return local_command(name, *about)(with_options)

    return decorate


def write_and_print(result: Result, out: str, as_json: bool) -> None:
    """Writes a result and prints its rules, day and counts."""
    meta = write_result(result, Path(out))
    if as_json:
        print_json({**meta, "out": out})
        return
    counts = {key: value for key, value in meta["completeness"].items() if key != "missing"}
    missing = {f"missing {key}": value for key, value in meta["completeness"].get("missing", {}).items()}
    pairs = {"rule_id": meta["rule_id"], "on": meta["on"], **counts, **missing}
    print_pairs((key, str(value)) for key, value in pairs.items())


@table_command(
    "map",
    Message("The nine boxes: both axes with every part, what was missing, box, follow-up, talent value."),
)
def map_command(folder: str, rules_id: str | None, on: str | None, out: str, as_json: bool) -> None:
    check_output(Path(out))
    result = compute_talent_map(Staff.from_folder(Path(folder)), parse_day("--on", on), rules_id)
    write_and_print(result, out, as_json)


@table_command(
    "professionalism", Message("The professionalism index: four dimensions, category, what was missing.")
)
@local_option("--agencies", is_flag=True, help=Message("One row an agency: the mean over its employees."))
def professionalism_command(
    folder: str, rules_id: str | None, on: str | None, out: str, agencies: bool, as_json: bool
) -> None:
    check_output(Path(out))
    staff, when = Staff.from_folder(Path(folder)), parse_day("--on", on)
    write_and_print(compute_professionalism(staff, when, rules_id, agencies=agencies), out, as_json)


@table_command("measure", Message("The nine boxes and the professionalism index in one pass and one file."))
def measure_command(folder: str, rules_id: str | None, on: str | None, out: str, as_json: bool) -> None:
    check_output(Path(out))
    result = compute_measures(Staff.from_folder(Path(folder)), parse_day("--on", on), rules_id)
    write_and_print(result, out, as_json)


@table_command(
    "competence", Message("JPM, gaps, categories and validity of the latest competence assessments.")
)
def competence_command(folder: str, rules_id: str | None, on: str | None, out: str, as_json: bool) -> None:
    check_output(Path(out))
    result = compute_competence(Staff.from_folder(Path(folder)), parse_day("--on", on), rules_id)
    write_and_print(result, out, as_json)


@local_command(
    "diff",
    Message("What changed from one folder of tables to another: rows, and cells with both values."),
)
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@out_option
def diff_command(before: str, after: str, out: str, as_json: bool) -> None:
    check_output(Path(out))
    found = diff_tables(Staff.from_folder(Path(before)), Staff.from_folder(Path(after)))
    meta = write_diff(found, Path(out))
    if as_json:
        print_json({**meta, "out": out})
        return
    headings = [_("Table"), _("Before"), _("After"), _("Added"), _("Removed"), _("Changed"), _("Cells")]
    rows = ([name, *(str(count) for count in counts.values())] for name, counts in found.completeness.items())
    print_table(headings, rows, numbers=range(1, len(headings)))


@local_command(
    "sample", Message("Write invented staff with the national shares of tiers, as Parquet tables.")
)
@local_option("--agencies", required=True, metavar="N", help=Message("How many agencies."))
@local_option("--employees", required=True, metavar="N", help=Message("How many employees."))
@local_option("--seed", default="1", metavar="S", help=Message("Same seed, same staff; 1 unless given."))
@local_option(
    "--gaps", default="0.1", metavar="SHARE", help=Message("Share of records left out; 0.1 unless given.")
)
@local_option("--faults", default="0", metavar="SHARE", help=Message("Share of wrong NIPs; none by default."))
@local_option("--out", required=True, metavar="DIR", help=Message("Folder to write to."))
@local_option(
    "--export",
    "exported",
    metavar="DIR",
    help=Message("Also write the staff as exports of the national register, with faults to practise on."),
)
@on_option
@no_facts_option
def sample_command(
    agencies: str,
    employees: str,
    seed: str,
    gaps: str,
    faults: str,
    out: str,
    exported: str | None,
    on: str | None,
    no_facts: bool,
    as_json: bool,
) -> None:
    wanted = Sample(
        agencies=parse_whole_number("--agencies", agencies),
        employees=parse_whole_number("--employees", employees),
        seed=parse_whole_number("--seed", seed),
        gaps=float(parse_figure("--gaps", gaps)),
        faults=float(parse_figure("--faults", faults)),
    )
    when = parse_day("--on", on)
    rows = write_sample(wanted, Path(out))
    if exported is not None:
        made = write_exports(Path(out), Path(exported), FAULTS_EACH)
        rows = {**rows, **made.rows, "faults planted": len(made.planted)}
    note = None if no_facts else try_prepare_facts(Path(out), when)
    if as_json:
        print_json({"out": out, "seed": wanted.seed, "rows": rows, "facts": facts_summary(note)})
    else:
        print_pairs((name, str(count)) for name, count in rows.items())
