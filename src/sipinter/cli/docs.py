"""`sipinter docs`: writes the parts of docs/ that are drawn from the code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sipinter.cli.django_setup import setup_django

if TYPE_CHECKING:
    from sipinter.assessment.record.workflow import Transition


def render_workflow() -> str:
    """docs/workflow.md: the state machine as a diagram and a table."""
    from django.utils.translation import override

    from sipinter.assessment.record.models import State
    from sipinter.assessment.record.workflow import TRANSITIONS

    with override("en"):
        arrows = [
            f"    {source.value} --> {t.target.value}: {t.action}"
            for t in TRANSITIONS
            for source in t.sources
        ]
        rows = [_transition_row(transition) for transition in TRANSITIONS]
        states = [f"| `{state.value}` | {state.label} |" for state in State]
    return "\n".join(
        [
            "# The workflow of an assessment",
            "",
            "Written by `make docs` from `assessment/record/workflow.py`; a test fails when the two differ.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> preparing",
            *arrows,
            "    published --> [*]",
            "```",
            "",
            "| action | what | from | to | who | needs | until the cycle's |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            "| state | |",
            "|---|---|",
            *states,
            "",
        ]
    )


def _transition_row(transition: Transition) -> str:
    sources = ", ".join(source.value for source in transition.sources)
    who = ", ".join(role.value for role in transition.who)
    needs = "; ".join(filter(None, (transition.guard.needs if transition.guard else "", transition.needs)))
    until = transition.until.__name__ if transition.until else ""
    target = transition.target.value
    return (
        f"| `{transition.action}` | {transition.title} | {sources} | {target} | {who} | {needs} | {until} |"
    )


def render_tables() -> str:
    """docs/staff-tables.md: the staff data model."""
    from sipinter.merit.data.tables import render_staff_tables

    return render_staff_tables()


PAGES: dict[str, Callable[[], str]] = {"workflow.md": render_workflow, "staff-tables.md": render_tables}


@click.command()
@click.option("--folder", default="docs", type=click.Path(file_okay=False, path_type=Path))
def docs_command(folder: Path) -> None:
    """Write the pages of docs/ that are drawn from the code."""
    setup_django()
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")
        click.echo(f"{folder / name}")
