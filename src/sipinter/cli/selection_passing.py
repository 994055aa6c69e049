"""`sipinter selection passing`: who reaches the passing grades of the basic test, and who fails what."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.language import _, format_figure
from sipinter.cli.output import print_json, print_table
from sipinter.cli.staff_options import on_option, parse_day, round_for_display, rules_option
from sipinter.merit.selection.file import MAX_BYTES, read_participants
from sipinter.merit.selection.recruitment import (
    ParticipantResult,
    PassingShortfall,
    passing_shortfalls,
    rank_participants,
)
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import SelectionRules


@local_command(
    "passing",
    Message(
        "Check the passing grades of each kind of formation (- reads CSV from stdin) and say who fails what."
    ),
    Message("Columns as in `sipinter selection rank`."),
)
@click.argument("file")
@rules_option
@on_option
def passing_command(file: str, rules_id: str | None, on: str | None, as_json: bool) -> None:
    rules = rules_for(SelectionRules, parse_day("--on", on), rules_id)
    if not rules.passing:
        raise Refusal(Message("the rules {id} have no passing grades", id=rules.header.id))
    source = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else Path(file)
    people = read_participants(source, rules, name="stdin" if file == "-" else file)
    standings = rank_participants(rules, people, 1)
    failures = passing_shortfalls(rules, standings)
    if as_json:
        undecided = (standing for standing in standings if standing.passed is None)
        shape = {
            "rules": rules.header.id,
            "participants": len(standings),
            "formations": [_kind(rules, kind, standings) for kind in rules.passing],
            "failures": [_failure(failure) for failure in failures],
            "undecided": [
                {"participant": s.participant.participant, "missing": s.missing} for s in undecided
            ],
        }
        print_json(shape)
    else:
        _print(failures)


def _kind(rules: SelectionRules, kind: str, standings: Iterable[ParticipantResult]) -> dict[str, object]:
    own = [standing for standing in standings if standing.category == kind]
    grades = rules.passing[kind]
    return {
        "formation": kind,
        "grades": {part: round_for_display(grade) for part, grade in grades.items()},
        "participants": len(own),
        "passed": sum(s.passed is True for s in own),
        "failed": sum(s.passed is False for s in own),
        "undecided": sum(s.passed is None for s in own),
        "failed_by": {part: sum(part in s.failed for s in own) for part in grades},
    }


def _failure(failure: PassingShortfall) -> dict[str, object]:
    return {
        "participant": failure.participant.participant,
        "formation": failure.participant.formation or None,
        "category": failure.category,
        "part": failure.part,
        "score": round_for_display(failure.score),
        "grade": round_for_display(failure.grade),
        "short": round_for_display(failure.short),
    }


def _print(failures: list[PassingShortfall]) -> None:
    headings = [_("Participant"), _("Formation"), _("Part"), _("Score"), _("Passing grade")]
    rows = [
        [
            f.participant.participant,
            f.category,
            f.part.upper(),
            format_figure(round_for_display(f.score)),
            format_figure(round_for_display(f.grade)),
        ]
        for f in failures
    ]
    print_table(headings, rows, numbers=(3, 4))
