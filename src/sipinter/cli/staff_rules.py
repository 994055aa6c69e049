"""`sipinter staff rules`: every rule set with its source and how firm its figures are."""

from __future__ import annotations

from sipinter.cli.commands import local_command
from sipinter.cli.language import name_of, say
from sipinter.cli.output import print_json, print_table
from sipinter.rules.sets.catalog import KINDS, list_sets
from sipinter.rules.sets.model import Header


@local_command("rules")
def rules(as_json: bool) -> None:
    """List the rule sets; with --json also their legal sources and the status of each figure."""
    headers = [found.header for kind in KINDS for found in list_sets(kind)]
    if as_json:
        print_json([_json(header) for header in headers])
    else:
        print_table(
            [say("Rules"), say("Kind"), say("Valid"), say("Title")],
            [[header.id, header.kind, _validity(header), name_of(header.title)] for header in headers],
        )


def _validity(header: Header) -> str:
    until = header.valid_until.isoformat() if header.valid_until else ""
    return f"{header.valid_from.isoformat()} – {until}".strip()


def _json(header: Header) -> dict[str, object]:
    return {
        "id": header.id,
        "kind": header.kind,
        "title": name_of(header.title),
        "valid_from": header.valid_from.isoformat(),
        "valid_until": header.valid_until.isoformat() if header.valid_until else None,
        "status": header.status,
        "note": name_of(header.note) if header.note else None,
        "variant": header.variant,
        "extends": header.extends or None,
        "legal": [
            {"title": source.title, "article": source.article, "url": source.url} for source in header.legal
        ],
        "figures": dict(sorted(header.figures.items())),
        "sha256": header.sha256,
    }
