"""What goes wrong between us and the database, told apart from our own faults."""

from django.db import InterfaceError, OperationalError, connections

# The server is away or restarting, a statement or a lock took too long, the disk is full.
AWAY = (OperationalError, InterfaceError)


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
