"""`sipinter staff fairness`: did any group stand a lesser chance in a selection?"""

from __future__ import annotations

from pathlib import Path

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.language import LocalOption, format_figure, format_message
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
from sipinter.rules.numbers import to_decimal


@local_command("fairness")
@click.argument("selection", metavar="SELECTION")
@rules_option
@on_option
@click.option(
    "--attributes",
    required=True,
    multiple=True,
    metavar="FILE",
    cls=LocalOption,
    help="File with nip and protected attributes, such as the table employee; may be given again.",
)
@click.option(
    "--column",
    default="selected",
    metavar="NAME",
    cls=LocalOption,
    help="Column of SELECTION that says who was selected; selected unless given.",
)
@click.option(
    "--values",
    default=";".join(SELECTED),
    metavar="VALUES",
    cls=LocalOption,
    help="Its values that mean selected, separated by semicolons, as 7;8;9 for boxes.",
)
@click.option(
    "--pool", metavar="FILE", cls=LocalOption, help="File with the nip of all who were considered besides."
)
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
    """Selection rates by protected attribute, the four-fifths rule, exact tests, the smallest flip.

    SELECTION is a table with nip and a column that says who was selected.
    """
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
        format_message("Attribute"),
        format_message("Group"),
        format_message("People"),
        format_message("Selected"),
        format_message("Rate"),
        format_message("Ratio"),
        "p (Holm)",
        format_message("Flag"),
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
        format_message("yes") if group.flagged else format_message("no"),
    ]
