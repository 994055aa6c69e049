"""`sipinter selection rank`: a file of participants in the order of the rules."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sipinter.cli.decorators import local_command
from sipinter.cli.help import local_option
from sipinter.cli.language import _, format_figure
from sipinter.cli.output import print_json, print_table
from sipinter.cli.staff_options import (
    on_option,
    parse_day,
    parse_whole_number,
    round_for_display,
    rules_option,
)
from sipinter.merit.selection import recruitment
from sipinter.merit.selection.file import MAX_BYTES, read_participants
from sipinter.merit.selection.recruitment import PARTS, ParticipantResult
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import SelectionRules


@local_command(
    "rank",
    Message("Rank the participants of a CSV or XLSX file (- reads CSV from stdin) and say who goes on."),
    Message(
        "Columns: participant, formation, twk, tiu, tkp, skd, skb, gpa, birth_date; skd alone where "
        "its parts are not known."
    ),
)
@click.argument("file")
@rules_option
@on_option
@local_option("--posts", required=True, metavar="N", help=Message("Posts of each formation."))
def rank_command(file: str, rules_id: str | None, on: str | None, posts: str, as_json: bool) -> None:
    rules = rules_for(SelectionRules, parse_day("--on", on), rules_id)
    number = parse_whole_number("--posts", posts)
    if number < 1:
        raise Refusal(Message("{what}: {value} is not above 0", what="--posts", value=number))
    source = sys.stdin.buffer.read(MAX_BYTES + 1) if file == "-" else Path(file)
    people = read_participants(source, rules, name="stdin" if file == "-" else file)
    standings = recruitment.rank_participants(rules, people, number)
    if as_json:
        print_json(
            {
                "rules": rules.header.id,
                "posts": number,
                "places_in_field_test": rules.times_posts * number,
                "participants": len(standings),
                "ranking": [_json(standing) for standing in standings],
            }
        )
    else:
        _print(standings)


def _json(standing: ParticipantResult) -> dict[str, object]:
    person = standing.participant
    return {
        "rank": standing.rank,
        "participant": person.participant,
        "formation": person.formation or None,
        "category": standing.category or None,
        **{part: round_for_display(person.parts.get(part)) for part in PARTS},
        "skd": round_for_display(person.skd),
        "passed": standing.passed,
        "failed": list(standing.failed),
        "skd_rank": standing.skd_rank,
        "goes_on": standing.goes_on,
        "skb": round_for_display(person.skb),
        "final": round_for_display(standing.final),
        "tied": standing.tied,
        "selected": standing.selected,
        "missing": standing.missing,
    }


def _print(standings: list[ParticipantResult]) -> None:
    headings = [_("Rank"), _("Participant"), _("Formation"), "SKD", "SKB", _("Final mark"), _("Goes on")]
    rows = [
        [
            str(s.rank or "–"),
            s.participant.participant,
            s.participant.formation,
            format_figure(round_for_display(s.participant.skd)),
            format_figure(round_for_display(s.participant.skb)),
            format_figure(round_for_display(s.final)),
            _("yes") if s.goes_on else _("no"),
        ]
        for s in standings
    ]
    print_table(headings, rows, numbers=(0, 3, 4, 5))
