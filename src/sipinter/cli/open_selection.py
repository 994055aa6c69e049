"""`sipinter staff open-selection`: totals of an open selection, the best to the PPK."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sipinter.cli.commands import local_command
from sipinter.cli.language import figure, say
from sipinter.cli.output import print_json, print_table
from sipinter.cli.staff_options import day, on_option, rules_option, shown
from sipinter.merit.selection.file import MAX_BYTES
from sipinter.merit.selection.open import Result, rank_applicants, read_applicants
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import OpenSelectionRules


@local_command("open-selection")
@click.argument("file")
@rules_option
@on_option
def open_selection(file: str, rules_id: str | None, on: str | None, as_json: bool) -> None:
    """Weighted totals of the applicants of a CSV or XLSX file (- reads CSV from stdin), best first.

    Columns: participant, post, paper, assessment_centre, interview, track_record (0-100 each).
    """
    rules = rules_for(OpenSelectionRules, day("--on", on), rules_id)
    source = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else Path(file)
    results = rank_applicants(rules, read_applicants(source, name="stdin" if file == "-" else file))
    if as_json:
        weights = {part: shown(weight * 100) for part, weight in rules.weights.items()}
        print_json(
            {
                "rules": rules.header.id,
                "weights": weights,
                "best": rules.best,
                "participants": len(results),
                "ranking": [_json(rules, result) for result in results],
            }
        )
    else:
        _print(results)


def _json(rules: OpenSelectionRules, result: Result) -> dict[str, object]:
    return {
        "rank": result.rank,
        "participant": result.applicant.participant,
        "post": result.applicant.post or None,
        **{part: shown(result.applicant.marks.get(part)) for part in rules.weights},
        "total": shown(result.total),
        "tied": result.tied,
        "proposed": result.proposed,
        "missing": list(result.missing),
    }


def _print(results: list[Result]) -> None:
    headings = [say("Rank"), say("Participant"), say("Post"), say("Total"), say("To the PPK"), say("Tied")]
    decided = {True: say("yes"), False: say("no"), None: "?"}
    rows = [
        [
            str(r.rank or "–"),
            r.applicant.participant,
            r.applicant.post,
            figure(shown(r.total)),
            decided[r.proposed],
            say("yes") if r.tied else say("no"),
        ]
        for r in results
    ]
    print_table(headings, rows, numbers=(0, 3))
