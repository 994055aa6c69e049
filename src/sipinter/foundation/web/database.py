"""What goes wrong between us and the database or the disk, told apart from our own faults."""

import errno

from django.db import DatabaseError, InterfaceError, OperationalError, connections

# The server is away or restarting, a statement or a lock took too long, the disk is full.
AWAY = (OperationalError, InterfaceError)
# Of PostgreSQL: a server that only reads, damaged pages or indexes, a table or column that is not there yet.
UNFIT_STATES = frozenset({"25006", "XX001", "XX002", "42P01", "42703"})
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
DISK_FAULTS = DISK_FULL | {errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}


def is_out_of_reach(error: BaseException | None) -> bool:
    """Whether database or disk could not do it: away, damaged, full, not to be written, without its tables.

    What the program got wrong in its statements is none of these.
    """
    if isinstance(error, OSError):
        return error.errno in DISK_FAULTS
    if isinstance(error, AWAY) or type(error) is DatabaseError:  # so SQLite's "file is not a database"
        return True
    return isinstance(error, DatabaseError) and sql_state(error) in UNFIT_STATES


def sql_state(error: BaseException) -> str:
    """PostgreSQL's code of what went wrong; empty where there is none."""
    return str(getattr(error.__cause__, "sqlstate", None) or "")


def close_connections() -> None:
    """Close every connection and pool of this process, before it forks: a child must not inherit any."""
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def release_connections() -> None:
    """Let others have this thread's pooled connections while it waits for a slow line.

    The next statement takes one again. Within a transaction it stays.
    """
    for connection in connections.all(initialized_only=True):
        if "pool" in connection.settings_dict["OPTIONS"] and not connection.in_atomic_block:
            connection.close()
