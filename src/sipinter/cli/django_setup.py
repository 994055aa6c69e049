"""Starts Django for the commands that need the database."""

import os
import sys

import click
import django
from django.core.exceptions import ImproperlyConfigured

from sipinter.cli.language import _
from sipinter.cli.output import EXIT_FAULT


def setup_django(bind: str = "") -> None:
    """Configure Django; a setting that is missing or wrong ends the command with its sentence (exit 2).

    Where the settings give no public address, links lead to where the site listens (`bind`, as of gunicorn).
    """
    if bind and ":" in bind and not bind.startswith(("unix:", "fd:")):
        host, _, port = bind.rpartition(":")
        if not host.strip("[0.:]"):  # every address of the machine
            host = "127.0.0.1"
        os.environ.setdefault("SIPINTER_BASE_URL", f"http://{host}:{port}")
        os.environ.setdefault("SIPINTER_HOSTS", ",".join(dict.fromkeys(["127.0.0.1", "localhost", host])))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sipinter.site.config.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_FAULT)


def setup_site(bind: str = "", *, waits: bool = False) -> None:
    """As `setup_django`, for what works on the rows: a database without its tables ends the command (exit 2).

    With `waits`, one that is away or held by another process for now does not: what serves waits for it.
    """
    setup_django(bind)
    from django.db import DatabaseError

    from sipinter.site.operations.database_faults import fault_kind

    try:
        require_tables()
    except (DatabaseError, OSError) as error:
        kind = fault_kind(error)
        if not waits or kind is None or not kind.mends_itself:
            raise


def require_tables(*, of_new: bool = True) -> None:
    """End the command with a sentence (exit 2) where tables are lost or, with `of_new`, not made yet."""
    from sipinter.site.operations.database_faults import database_place
    from sipinter.site.operations.health import has_tables, lost_tables

    place = database_place()
    if of_new and not has_tables():
        wrong = _("the database {place} has no tables yet: run `sipinter manage migrate`", place=place)
    elif gone := lost_tables():
        lost = ", ".join(gone)
        wrong = _("the database {place} has lost tables ({lost}): restore a backup", place=place, lost=lost)
    else:
        return
    click.echo(wrong, err=True)
    sys.exit(EXIT_FAULT)
