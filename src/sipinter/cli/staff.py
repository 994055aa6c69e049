"""The groups `sipinter staff` and `sipinter selection`: questions and tables, without a database."""

from __future__ import annotations

import click

from sipinter.cli.language import language_option
from sipinter.cli.lazy import Entry, LazyGroup

QUESTIONS, TABLES = "sipinter.cli.staff_questions", "sipinter.cli.staff_tables"
WORKFORCE = "sipinter.cli.staff_workforce"

STAFF: dict[str, Entry] = {
    "rules": Entry("sipinter.cli.staff_rules:rules", "List the rule sets."),
    "box": Entry(f"{QUESTIONS}:box", "Box and talent value of a performance and a potential."),
    "nip": Entry(f"{QUESTIONS}:nip", "What an employee number says, and whether it can be one."),
    "sanction": Entry(f"{QUESTIONS}:sanction", "The sanction for days of absence."),
    "jpm": Entry(f"{QUESTIONS}:jpm", "Job person match of the levels reached and required."),
    "need": Entry(f"{QUESTIONS}:need", "Posts needed for minutes of work a year."),
    "rating": Entry(
        f"{QUESTIONS}:rating", "The yearly rating of a result and a behaviour, or of a whole staff."
    ),
    "retire": Entry(f"{QUESTIONS}:retire", "The day of retirement."),
    "map": Entry(f"{TABLES}:map_", "The nine boxes of a whole staff."),
    "professionalism": Entry(f"{TABLES}:professionalism", "The professionalism index of a whole staff."),
    "measure": Entry(f"{TABLES}:measure", "Boxes and professionalism in one pass."),
    "prepare": Entry(
        "sipinter.cli.staff_facts:prepare", "Compute the facts of a day once, for later commands."
    ),
    "competence": Entry(f"{TABLES}:competence", "Competence assessments of a whole staff."),
    "successors": Entry("sipinter.cli.staff_succession:successors", "The best successors of target posts."),
    "fairness": Entry("sipinter.cli.staff_fairness:fairness", "Did any group stand a lesser chance?"),
    "open-selection": Entry("sipinter.cli.open_selection:open_selection", "Totals of an open selection."),
    "training": Entry(f"{WORKFORCE}:training", "Needs of training, and the best plan within a budget."),
    "workload": Entry(f"{WORKFORCE}:workload", "Need and position of every post, five years ahead."),
    "projection": Entry(f"{WORKFORCE}:projection", "Heads of every post over five years."),
    "retirement": Entry(f"{WORKFORCE}:retirement", "Who retires when."),
    "incentive": Entry(f"{WORKFORCE}:incentive", "Regional allowances of a month."),
    "explain": Entry("sipinter.cli.staff_explain:explain", "How one person's figures came about."),
    "import": Entry("sipinter.cli.staff_import:import_", "Read the national register's exports."),
    "sample": Entry(f"{TABLES}:sample", "Write invented staff."),
}
SELECTION: dict[str, Entry] = {
    "rank": Entry("sipinter.cli.selection:rank", "Rank the participants of a selection."),
    "passing": Entry("sipinter.cli.selection_passing:passing", "Who fails which passing grade."),
}


@click.group(
    cls=LazyGroup,
    entries=STAFF,
    about="The arithmetic of staff, from files.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@language_option
def staff() -> None:
    """The group `sipinter staff`."""


@click.group(
    cls=LazyGroup,
    entries=SELECTION,
    about="Selections: ranking by the rules.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@language_option
def selection() -> None:
    """The group `sipinter selection`."""
