"""`sipinter selection passing`: who reaches the passing grades of the basic test, and who fails what."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from sipinter.cli.commands import local_command
from sipinter.cli.language import figure, say
from sipinter.cli.output import print_json, print_table
from sipinter.cli.staff_options import day, on_option, rules_option, shown
from sipinter.merit.selection.file import MAX_BYTES, read_participants
from sipinter.merit.selection.recruitment import Shortfall, Standing, rank, shortfalls
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import SelectionRules


@local_command("passing")
@click.argument("file")
@rules_option
@on_option
def passing(file: str, rules_id: str | None, on: str | None, as_json: bool) -> None:
    """Check the passing grades of each kind of formation (- reads CSV from stdin) and say who fails what.

    Columns as in `sipinter selection rank`.
    """
    rules = rules_for(SelectionRules, day("--on", on), rules_id)
    if not rules.passing:
        raise Refusal(Message("the rules {id} have no passing grades", id=rules.header.id))
    source = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else Path(file)
    standings = rank(rules, read_participants(source, rules, name="stdin" if file == "-" else file), 1)
    failures = shortfalls(rules, standings)
    if as_json:
        print_json(
            {
                "rules": rules.header.id,
                "participants": len(standings),
                "formations": [_kind(rules, kind, standings) for kind in rules.passing],
                "failures": [_failure(failure) for failure in failures],
                "undecided": [
                    {"participant": s.participant.participant, "missing": s.missing}
                    for s in standings
                    if s.passed is None
                ],
            }
        )
    else:
        _print(failures)


def _kind(rules: SelectionRules, kind: str, standings: Iterable[Standing]) -> dict[str, object]:
    own = [standing for standing in standings if standing.category == kind]
    grades = rules.passing[kind]
    return {
        "formation": kind,
        "grades": {part: shown(grade) for part, grade in grades.items()},
        "participants": len(own),
        "passed": sum(s.passed is True for s in own),
        "failed": sum(s.passed is False for s in own),
        "undecided": sum(s.passed is None for s in own),
        "failed_by": {part: sum(part in s.failed for s in own) for part in grades},
    }


def _failure(failure: Shortfall) -> dict[str, object]:
    return {
        "participant": failure.participant.participant,
        "formation": failure.participant.formation or None,
        "category": failure.category,
        "part": failure.part,
        "score": shown(failure.score),
        "grade": shown(failure.grade),
        "short": shown(failure.short),
    }


def _print(failures: list[Shortfall]) -> None:
    headings = [say("Participant"), say("Formation"), say("Part"), say("Score"), say("Passing grade")]
    rows = [
        [
            f.participant.participant,
            f.category,
            f.part.upper(),
            figure(shown(f.score)),
            figure(shown(f.grade)),
        ]
        for f in failures
    ]
    print_table(headings, rows, numbers=(3, 4))
