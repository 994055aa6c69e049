"""`sipinter staff rules`: every rule set with its source and how firm its figures are."""

from __future__ import annotations

from sipinter.cli.decorators import local_command
from sipinter.cli.language import _, localised_text
from sipinter.cli.output import print_json, print_table
from sipinter.cli.rules_output import format_validity
from sipinter.rules.messages import Message
from sipinter.rules.sets.catalog import KINDS, list_rule_sets
from sipinter.rules.sets.model import RuleSetHeader


@local_command(
    "rules",
    Message("List the rule sets; with --json also their legal sources and the status of each figure."),
)
def rules_command(as_json: bool) -> None:
    headers = [found.header for kind in KINDS for found in list_rule_sets(kind)]
    if as_json:
        print_json([_json(header) for header in headers])
    else:
        rows = [
            [one.id, one.kind, format_validity(one.valid_from, one.valid_until), localised_text(one.title)]
            for one in headers
        ]
        print_table([_("Rules"), _("Kind"), _("Valid"), _("Title")], rows)


def _json(header: RuleSetHeader) -> dict[str, object]:
    legal = [{"title": one.title, "article": one.article, "url": one.url} for one in header.legal]
    return {
        "id": header.id,
        "kind": header.kind,
        "title": localised_text(header.title),
        "valid_from": header.valid_from.isoformat(),
        "valid_until": header.valid_until.isoformat() if header.valid_until else None,
        "status": header.status,
        "note": localised_text(header.note) if header.note else None,
        "variant": header.variant,
        "extends": header.extends or None,
        "legal": legal,
        "figures": dict(sorted(header.figures.items())),
        "sha256": header.sha256,
    }
