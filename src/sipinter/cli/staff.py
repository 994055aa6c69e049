"""The groups `sipinter staff` and `sipinter selection`: questions and tables, without a database."""

from __future__ import annotations

import click

from sipinter.cli.language import language_option
from sipinter.cli.lazy_group import CommandEntry, LazyGroup
from sipinter.rules.messages import Message

QUESTIONS, TABLES = "sipinter.cli.staff_questions", "sipinter.cli.staff_tables"
WORKFORCE = "sipinter.cli.staff_workforce"

STAFF: dict[str, CommandEntry] = {
    "rules": CommandEntry("sipinter.cli.staff_rules:rules_command", Message("List the rule sets.")),
    "box": CommandEntry(
        f"{QUESTIONS}:box_command", Message("Box and talent value of a performance and a potential.")
    ),
    "nip": CommandEntry(
        f"{QUESTIONS}:nip_command", Message("What an employee number says, and whether it can be one.")
    ),
    "sanction": CommandEntry(f"{QUESTIONS}:sanction_command", Message("The sanction for days of absence.")),
    "jpm": CommandEntry(
        f"{QUESTIONS}:jpm_command", Message("Job person match of the levels reached and required.")
    ),
    "need": CommandEntry(f"{QUESTIONS}:need_command", Message("Posts needed for minutes of work a year.")),
    "rating": CommandEntry(
        f"{QUESTIONS}:rating_command",
        Message("The yearly rating of a result and a behaviour, or of a whole staff."),
    ),
    "retire": CommandEntry(f"{QUESTIONS}:retire_command", Message("The day of retirement.")),
    "map": CommandEntry(f"{TABLES}:map_command", Message("The nine boxes of a whole staff.")),
    "professionalism": CommandEntry(
        f"{TABLES}:professionalism_command", Message("The professionalism index of a whole staff.")
    ),
    "measure": CommandEntry(f"{TABLES}:measure_command", Message("Boxes and professionalism in one pass.")),
    "prepare": CommandEntry(
        "sipinter.cli.staff_facts:prepare_command",
        Message("Compute the facts of a day once, for later commands."),
    ),
    "competence": CommandEntry(
        f"{TABLES}:competence_command", Message("Competence assessments of a whole staff.")
    ),
    "successors": CommandEntry(
        "sipinter.cli.staff_succession:successors_command", Message("The best successors of target posts.")
    ),
    "fairness": CommandEntry(
        "sipinter.cli.staff_fairness:fairness_command", Message("Did any group stand a lesser chance?")
    ),
    "open-selection": CommandEntry(
        "sipinter.cli.open_selection:open_selection_command", Message("Totals of an open selection.")
    ),
    "training": CommandEntry(
        f"{WORKFORCE}:training_command", Message("Needs of training, and the best plan within a budget.")
    ),
    "workload": CommandEntry(
        f"{WORKFORCE}:workload_command", Message("Need and position of every post, five years ahead.")
    ),
    "projection": CommandEntry(
        f"{WORKFORCE}:projection_command", Message("Heads of every post over five years.")
    ),
    "retirement": CommandEntry(f"{WORKFORCE}:retirement_command", Message("Who retires when.")),
    "incentive": CommandEntry(f"{WORKFORCE}:incentive_command", Message("Regional allowances of a month.")),
    "explain": CommandEntry(
        "sipinter.cli.staff_explain:explain_command", Message("How one person's figures came about.")
    ),
    "import": CommandEntry(
        "sipinter.cli.staff_import:import_command", Message("Read the national register's exports.")
    ),
    "diff": CommandEntry(f"{TABLES}:diff_command", Message("What changed between two folders of tables.")),
    "sample": CommandEntry(f"{TABLES}:sample_command", Message("Write invented staff.")),
}
SELECTION: dict[str, CommandEntry] = {
    "rank": CommandEntry(
        "sipinter.cli.selection:rank_command", Message("Rank the participants of a selection.")
    ),
    "passing": CommandEntry(
        "sipinter.cli.selection_passing:passing_command", Message("Who fails which passing grade.")
    ),
}


@click.group(
    cls=LazyGroup,
    entries=STAFF,
    about=Message("The arithmetic of staff, from files."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@language_option
def staff_group() -> None:
    """The group `sipinter staff`."""


@click.group(
    cls=LazyGroup,
    entries=SELECTION,
    about=Message("Selections: ranking by the rules."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@language_option
def selection_group() -> None:
    """The group `sipinter selection`."""
