"""Bringing a database up to date: one process at a time, the next one waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from sipinter.cli.language import _


@contextmanager
def one_migration() -> Iterator[None]:
    """Alone in migrating this database; whoever comes meanwhile says that it waits, then goes on."""
    from sipinter.site.operations.locks import hold_lock

    with ExitStack() as held:
        if not held.enter_context(hold_lock("migration")):
            held.close()
            click.echo(_("another process is preparing the database; waiting for it"), err=True)
            held.enter_context(hold_lock("migration", wait=True))
        yield
