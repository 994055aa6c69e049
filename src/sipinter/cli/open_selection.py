"""`sipinter staff open-selection`: totals of an open selection, the best to the PPK."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.language import _, format_figure
from sipinter.cli.output import print_json, print_table
from sipinter.cli.staff_options import on_option, parse_day, round_for_display, rules_option
from sipinter.merit.selection.file import MAX_BYTES
from sipinter.merit.selection.open import ApplicantResult, rank_applicants, read_applicants
from sipinter.rules.messages import Message
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import OpenSelectionRules


@local_command(
    "open-selection",
    Message("Weighted totals of the applicants of a CSV or XLSX file (- reads CSV from stdin), best first."),
    Message("Columns: participant, post, paper, assessment_centre, interview, track_record (0-100 each)."),
)
@click.argument("file")
@rules_option
@on_option
def open_selection_command(file: str, rules_id: str | None, on: str | None, as_json: bool) -> None:
    rules = rules_for(OpenSelectionRules, parse_day("--on", on), rules_id)
    source = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else Path(file)
    results = rank_applicants(rules, read_applicants(source, name="stdin" if file == "-" else file))
    if as_json:
        weights = {part: round_for_display(weight * 100) for part, weight in rules.weights.items()}
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


def _json(rules: OpenSelectionRules, result: ApplicantResult) -> dict[str, object]:
    return {
        "rank": result.rank,
        "participant": result.applicant.participant,
        "post": result.applicant.post or None,
        **{part: round_for_display(result.applicant.marks.get(part)) for part in rules.weights},
        "total": round_for_display(result.total),
        "tied": result.tied,
        "proposed": result.proposed,
        "missing": list(result.missing),
    }


def _print(results: list[ApplicantResult]) -> None:
    headings = [_("Rank"), _("Participant"), _("Post"), _("Total"), _("To the PPK"), _("Tied")]
    decided = {True: _("yes"), False: _("no"), None: "?"}
    rows = [
        [
            str(r.rank or "–"),
            r.applicant.participant,
            r.applicant.post,
            format_figure(round_for_display(r.total)),
            decided[r.proposed],
            _("yes") if r.tied else _("no"),
        ]
        for r in results
    ]
    print_table(headings, rows, numbers=(0, 3))
