"""Whether each part answers, for the ready page and the checks."""

from collections.abc import Callable

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
