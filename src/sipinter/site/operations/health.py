"""Whether each part answers, for the ready page and the checks."""

from collections.abc import Callable

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from .backup.database import has_restore_mark

_current: set[str] = set()


def is_database_up() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, OSError):
        return False
    return True


def is_storage_up() -> bool:
    """Asks for a file that is not there; a storage that cannot say so is away."""
    try:
        default_storage.exists("incoming/ready")
    except Exception:  # each storage has exceptions of its own
        return False
    return True


def is_migrated() -> bool:
    """True when the database has every migration of this program.

    Looked up until it is true: it does not become untrue while the process lives.
    """
    if not _current:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            _current.add("migrated")
    return bool(_current)


def has_tables() -> bool:
    """Whether any migration was ever applied: a new database, or an empty file, has none."""
    return "django_migrations" in connection.introspection.table_names()


def lost_tables() -> list[str]:
    """Tables that are not there although the database's own record says that they were made."""
    there = set(connection.introspection.table_names())
    models = apps.get_models(include_auto_created=True)
    gone = {model._meta.db_table for model in models if model._meta.managed} - there
    return sorted(gone) if gone and is_migrated() else []


def is_damaged() -> bool:
    """Whether SQLite finds its own file damaged: it reads all of it."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        return bool(cursor.fetchone()[0] != "ok")


# In the order in which they depend on one another.
READY: tuple[tuple[str, Callable[[], bool]], ...] = (
    ("database", is_database_up),
    ("restore", lambda: not has_restore_mark()),
    ("migrations", is_migrated),
    ("storage", is_storage_up),
)


def unready_part() -> str | None:
    """Name of the first part that is not ready; None when the site can serve."""
    for name, answers in READY:
        try:
            if not answers():
                return name
        except (DatabaseError, OSError):
            return name
    return None
