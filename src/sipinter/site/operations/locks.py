"""Locks that every process of an installation sees and that end with the process that holds them.

On SQLite a lock on a file in SIPINTER_VAR, on PostgreSQL one of the database's that every machine sees.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

# Of PostgreSQL's advisory locks: numbers that nothing else in the database uses.
KEYS = {"backup": 0x51B1_27E2, "migration": 0x51B1_27E3}


@contextmanager
def hold_lock(name: str, *, shared: bool = False, wait: bool = False) -> Iterator[bool]:
    """Whether it is held: alone, or with others where all say `shared`. With `wait` it is in the end."""
    held = _held_in_database if connection.vendor == "postgresql" else _held_file
    with held(name, shared, wait) as is_held:
        yield is_held


@contextmanager
def _held_file(name: str, shared: bool, wait: bool) -> Iterator[bool]:
    path = Path(settings.VAR) / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lock:
        try:
            how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(lock, how if wait else how | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def _held_in_database(name: str, shared: bool, wait: bool) -> Iterator[bool]:
    """For a transaction of a connection of its own: a pooler in between gives that one server for so long."""
    ending = "_shared" if shared else ""
    with psycopg.connect(**connection.get_connection_params()) as session:
        for limit in ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout"):
            session.execute(f"SET LOCAL {limit} = 0")
        if wait:
            session.execute(f"SELECT pg_advisory_xact_lock{ending}(%s)", [KEYS[name]])
            yield True
            return
        found = session.execute(f"SELECT pg_try_advisory_xact_lock{ending}(%s)", [KEYS[name]]).fetchone()
        yield found is not None and bool(found[0])
