"""`sipinter audit`: the daily signed checkpoint of the audit trail, and whether the trail holds."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sipinter.cli.django_setup import setup_site
from sipinter.cli.help import LocalCommand, LocalGroup, local_option
from sipinter.cli.language import _, chosen_language, language_option, ngettext
from sipinter.cli.output import print_json
from sipinter.rules.messages import Message

if TYPE_CHECKING:
    from sipinter.foundation.audit.verification import TrailFault

EXIT_FAULTS = 1


@click.group(cls=LocalGroup, about=Message("Check and sign the audit trail."))
@language_option
def audit_group() -> None:
    """Check and sign the audit trail."""


@audit_group.command(cls=LocalCommand, about=(Message("Sign where the audit trail stands today."),))
def checkpoint_command() -> None:
    """Prints the number, the day and the SHA-256 of today's checkpoint; exit 2 without a signing key."""
    setup_site()
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.audit.checkpoints import checkpoint_file_names, make_checkpoint

    try:
        made = make_checkpoint(actor=system_actor())
    except (ImproperlyConfigured, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(_("Checkpoint {number} of {day}", number=made.number, day=made.day.isoformat()))
    click.echo(f"SHA-256 {made.sha256}")
    click.echo(Path(settings.CHECKPOINTS) / checkpoint_file_names(made)[0])


@audit_group.command(
    "rotate-key",
    cls=LocalCommand,
    about=(Message("Go on with a new SIPINTER_AUDIT_KEY; the earlier one stands in the fallbacks."),),
)
def rotate_key_command() -> None:
    """Prints how many chains were closed under the new key."""
    setup_site()
    from sipinter.foundation.access.actor import system_actor
    from sipinter.foundation.audit.rotation import rotate_key

    count = rotate_key(actor=system_actor())
    click.echo(
        ngettext("{count} chain goes on with the new key", "{count} chains go on with the new key", count)
    )


@audit_group.command(
    "role",
    cls=LocalCommand,
    about=(Message("The role of PostgreSQL for the running site, which cannot change the audit trail."),),
)
@local_option("--name", required=True, help=Message("Name of the role."))
@local_option(
    "--apply", is_flag=True, help=Message("Make it, as the owner of the tables, instead of printing.")
)
def role_command(name: str, apply: bool) -> None:
    """Prints SQL; with --apply runs it. Exit 2 on SQLite, or when the database refuses."""
    setup_site()
    from django.db import DatabaseError, connection

    from sipinter.foundation.audit.database_role import make_database_role, role_statements

    if connection.vendor != "postgresql":
        click.echo(_("SQLite has no roles: whoever opens the file owns it."), err=True)
        sys.exit(2)
    try:
        if apply:
            make_database_role(name)
            click.echo(_("{name} has its rights; give it a password with ALTER ROLE.", name=name))
        else:
            click.echo("\n".join(f"{statement};" for statement in role_statements(name)))
    except DatabaseError as error:
        click.echo(_("The database refuses: {reason}", reason=f"{error}".strip()), err=True)
        sys.exit(2)


@audit_group.command(
    "verify", cls=LocalCommand, about=(Message("Find whatever was changed in the audit trail by hand."),)
)
@local_option("--json", "as_json", is_flag=True, help=Message("Print JSON."))
@local_option("--state", is_flag=True, help=Message("Compare every row that the trail vouches for, too."))
@local_option(
    "--checkpoints",
    metavar="FOLDER",
    help=Message(
        "Copies of the checkpoints, kept elsewhere: a folder, or a place of the settings (s3://...)."
    ),
)
def verify_audit_command(as_json: bool, state: bool, checkpoints: str | None) -> None:
    """One line a fault; exit 1 when there is any."""
    setup_site()
    from django.db.models import Sum
    from django.utils import translation

    from sipinter.foundation.audit.models import Chain, Checkpoint
    from sipinter.foundation.audit.places import open_copies
    from sipinter.foundation.audit.verification import TrailFault, verify_trail
    from sipinter.site.operations.backup.state import paper_faults

    chains = Chain.objects.count()
    total = Chain.objects.aggregate(n=Sum("length"))["n"] or 0
    found: list[TrailFault] = []
    papers = (TrailFault("paper changed", about=about) for about in paper_faults()) if state else ()
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(open_copies(checkpoints)) if checkpoints else None
        except OSError as error:
            click.echo(_("The copies cannot be read: {reason}", reason=f"{error}"), err=True)
            sys.exit(2)
        stack.enter_context(translation.override(chosen_language()))
        bar = stack.enter_context(
            click.progressbar(length=total, file=sys.stderr, hidden=as_json, label=_("Events"))
        )
        for fault in chain(verify_trail(folder, bar.update, state=state), papers):
            if not as_json:
                click.echo(_line(fault))
            found.append(fault)
    _conclude(found, as_json, chains=chains, events=total, checkpoints=Checkpoint.objects.count())
    sys.exit(EXIT_FAULTS if found else 0)


def _conclude(found: list[TrailFault], as_json: bool, **counts: int) -> None:
    if as_json:
        print_json({**counts, "faults": [_as_json(fault) for fault in found]})
        return
    chains = ngettext("{count} chain", "{count} chains", counts["chains"])
    events = ngettext("{count} event", "{count} events", counts["events"])
    read = ngettext("{count} checkpoint read", "{count} checkpoints read", counts["checkpoints"])
    faults = ngettext("{count} fault", "{count} faults", len(found)) if found else _("no fault")
    click.echo(f"{chains}, {events}, {read}: {faults}")


def _as_json(fault: TrailFault) -> dict[str, object]:
    return {
        "kind": fault.kind,
        "chain": fault.chain_id,
        "agency": fault.agency_id,
        "position": fault.position,
        "about": fault.about,
        "sentence": fault.sentence,
    }


def _line(fault: TrailFault) -> str:
    place = []
    if fault.chain_id is not None:
        place.append(_("chain {chain}", chain=fault.chain_id))
    if fault.position is not None:
        place.append(_("position {position}", position=fault.position))
    if fault.about:
        place.append(fault.about)
    return f"{fault.kind}: {', '.join(place)}: {fault.sentence}"
