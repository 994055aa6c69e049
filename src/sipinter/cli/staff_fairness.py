"""`sipinter staff fairness`: did any group stand a lesser chance in a selection?"""

from __future__ import annotations

from pathlib import Path

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.help import local_option
from sipinter.cli.language import _, format_figure
from sipinter.cli.output import print_json, print_table
from sipinter.cli.staff_options import on_option, parse_day, rules_option
from sipinter.cli.staff_tables import out_option
from sipinter.merit.engine.output import check_output
from sipinter.merit.fairness.adverse_impact import FairnessGroup
from sipinter.merit.fairness.result import (
    SELECTED,
    FairnessQuestion,
    FairnessResult,
    compute_fairness,
    write_fairness,
)
from sipinter.rules.messages import Message
from sipinter.rules.numbers import to_decimal


@local_command(
    "fairness",
    Message("Selection rates by protected attribute, the four-fifths rule, exact tests, the smallest flip."),
    Message("SELECTION is a table with nip and a column that says who was selected."),
)
@click.argument("selection", metavar="SELECTION")
@rules_option
@on_option
@local_option(
    "--attributes",
    required=True,
    multiple=True,
    metavar="FILE",
    help=Message("File with nip and protected attributes, such as the table employee; may be given again."),
)
@local_option(
    "--column",
    default="selected",
    metavar="NAME",
    help=Message("Column of SELECTION that says who was selected; selected unless given."),
)
@local_option(
    "--values",
    default=";".join(SELECTED),
    metavar="VALUES",
    help=Message("Its values that mean selected, separated by semicolons, as 7;8;9 for boxes."),
)
@local_option("--pool", metavar="FILE", help=Message("File with the nip of all who were considered besides."))
@out_option
def fairness_command(
    selection: str,
    rules_id: str | None,
    on: str | None,
    attributes: tuple[str, ...],
    column: str,
    values: str,
    pool: str | None,
    out: str,
    as_json: bool,
) -> None:
    check_output(Path(out))
    question = FairnessQuestion(
        Path(selection),
        tuple(map(Path, attributes)),
        Path(pool) if pool else None,
        column,
        tuple(value.strip() for value in values.split(";") if value.strip()),
    )
    result = compute_fairness(question, parse_day("--on", on), rules_id)
    meta = write_fairness(result, Path(out))
    if as_json:
        print_json({**meta, "out": out})
    else:
        _print(result)


def _print(result: FairnessResult) -> None:
    headings = [
        _("Attribute"),
        _("Group"),
        _("People"),
        _("Selected"),
        _("Rate"),
        _("Ratio"),
        "p (Holm)",
        _("Flag"),
    ]
    print_table(headings, [_line(group) for group in result.groups], numbers=(2, 3, 4, 5, 6))


def _line(group: FairnessGroup) -> list[str]:
    p = "–" if group.p_holm is None else format_figure(to_decimal(round(group.p_holm * 10**4), 0) / 10**4)
    return [
        group.attribute,
        group.group,
        str(group.people),
        str(group.selected),
        format_figure(to_decimal(group.rate, 4)),
        "–" if group.ratio is None else format_figure(to_decimal(group.ratio, 4)),
        p,
        _("yes") if group.flagged else _("no"),
    ]
