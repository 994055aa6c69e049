"""The database that is restored into: whether it is empty, emptying it, and the mark of an unfinished one."""

from pathlib import Path

from django.db import connection, transaction

from sipinter.foundation.work.models import Worker

from ..models import WebProcess

MARK = "sipinter_restoring"
# `migrate` alone fills these; counts of attempts and beginnings of periodic tasks are nothing to be kept.
OF_NO_WEIGHT = frozenset(
    {
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "sqlite_sequence",
        "sipinter_cache",
        "work_schedule",
        "work_worker",
        "operations_webprocess",
    }
)


def make_sqlite_folder() -> None:
    """The folder of an SQLite database, on a machine where there is nothing yet."""
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)


def has_restore_mark() -> bool:
    """True while a restore has begun and not ended: the database must not serve."""
    return MARK in connection.introspection.table_names()


def create_restore_mark() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {MARK} (begun integer)")


def drop_restore_mark() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {MARK}")


def running_processes() -> list[str]:
    """Web processes and workers that were heard of within their lease, on whatever machine."""
    there = connection.introspection.table_names()
    return [
        str(process.pk)
        for model in (WebProcess, Worker)
        if model._meta.db_table in there
        for process in model.objects.alive().order_by("pk")
    ]


def has_rows() -> bool:
    """True when any table has a row that somebody could miss."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in OF_NO_WEIGHT:
                continue
            cursor.execute(f"SELECT 1 FROM {quote(table)} LIMIT 1")  # noqa: S608 - names from the catalogue
            if cursor.fetchone():
                return True
    return False


def wipe_database() -> None:
    """Drop every table but the mark, and on PostgreSQL the functions that triggers of ours call."""
    quote = connection.ops.quote_name
    names = [quote(name) for name in connection.introspection.table_names() if name != MARK]
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if names:
                cursor.execute(f"DROP TABLE {', '.join(names)} CASCADE")
            _drop_functions()
            return
        for name in names:
            cursor.execute(f"DROP TABLE {name}")


def _drop_functions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.oid::regprocedure::text FROM pg_proc p"
            " WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'"
            " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        for (signature,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {signature} CASCADE")
