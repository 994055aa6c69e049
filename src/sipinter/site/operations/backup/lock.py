"""Who works on database and storage at the moment: many backups may, or one restore and nothing else.

On SQLite a lock on a file, on PostgreSQL one of the database's that every machine sees. Both end with the
process that holds them, however it ends.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from .archive import BackupError

KEY = 0x51B1_27E2  # of the advisory lock: any number that nothing else in the database uses


@contextmanager
def hold_backup_lock() -> Iterator[None]:
    """While a backup is made. BackupError while a restore runs."""
    with _held(shared=True) as is_held:
        if not is_held:
            raise BackupError(_("a restore is running: wait until it has ended"))
        yield


@contextmanager
def hold_restore_lock() -> Iterator[None]:
    """While a backup is put in place. BackupError while another restore or a backup runs."""
    with _held(shared=False) as is_held:
        if not is_held:
            raise BackupError(_("another restore or a backup is running: wait until it has ended"))
        yield


@contextmanager
def _held(*, shared: bool) -> Iterator[bool]:
    with (_held_in_database if connection.vendor == "postgresql" else _held_file)(shared) as is_held:
        yield is_held


@contextmanager
def _held_file(shared: bool) -> Iterator[bool]:
    path = Path(settings.VAR) / "backup.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


@contextmanager
def _held_in_database(shared: bool) -> Iterator[bool]:
    """For a transaction of a connection of its own: a pooler in between gives that one server for so long."""
    function = "pg_try_advisory_xact_lock_shared" if shared else "pg_try_advisory_xact_lock"
    with psycopg.connect(**connection.get_connection_params()) as session:
        session.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        found = session.execute(f"SELECT {function}(%s)", [KEY]).fetchone()
        yield found is not None and bool(found[0])
