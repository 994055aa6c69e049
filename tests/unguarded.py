"""The audit trail without the triggers that protect it: to empty tables, and to tamper like an intruder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations

from sipinter.foundation.audit import triggers


@contextmanager
def unguarded() -> Iterator[None]:
    """No trigger within; all of them again afterwards."""
    _settle_references()
    triggers.drop_triggers(connection)
    try:
        yield
    finally:
        _settle_references()
        triggers.create_triggers(connection)


def _settle_references() -> None:
    """PostgreSQL changes no triggers of a table whose foreign keys are still to be checked at commit."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def intruder() -> Iterator[Any]:
    """A cursor that neither triggers nor (on PostgreSQL) foreign keys stop; triggers are there afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Within a transaction that has written, PostgreSQL drops no trigger, but changes its function.
            cursor.execute(EMPTY)
            cursor.execute("SET session_replication_role = replica")
            try:
                yield cursor
            finally:
                cursor.execute("SET session_replication_role = origin")
                cursor.execute(triggers.CREATE_FUNCTION)
        else:
            with unguarded():
                yield cursor


EMPTY = f"""
CREATE OR REPLACE FUNCTION {triggers.FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RETURN COALESCE(NEW, OLD); END $$
"""
_flush = BaseDatabaseOperations.execute_sql_flush


def _flush_all(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
    with unguarded():
        _flush(self, sql_list)
    for path in Path(settings.AUDIT_HEADS).glob("*"):  # of chains that are gone
        path.unlink()


@pytest.fixture(scope="session", autouse=True)
def flush_of_the_trail() -> Iterator[None]:
    """After a test that commits Django empties all tables: the append-only ones, too."""
    with patch.object(BaseDatabaseOperations, "execute_sql_flush", _flush_all):
        yield
