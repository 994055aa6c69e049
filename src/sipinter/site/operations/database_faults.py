"""What is wrong with database or disk, as far as whoever runs the site can do something about it."""

from enum import StrEnum
from pathlib import Path

from django.db import DatabaseError, connection

from sipinter.foundation.web.database import DISK_FULL, is_out_of_reach, sql_state


class FaultKind(StrEnum):
    """What kind of fault; those that mend themselves are waited for by what serves."""

    AWAY = "away"
    LOCKED = "locked"
    FULL = "full"
    READ_ONLY = "read only"
    CLOSED = "closed"
    DAMAGED = "damaged"
    NO_TABLES = "no tables"
    FILE = "file"

    @property
    def mends_itself(self) -> bool:
        return self in (FaultKind.AWAY, FaultKind.LOCKED, FaultKind.FULL)


STATES = {
    "25006": FaultKind.READ_ONLY,
    "42P01": FaultKind.NO_TABLES,
    "42703": FaultKind.NO_TABLES,
    "53100": FaultKind.FULL,
    "55P03": FaultKind.LOCKED,
    "XX001": FaultKind.DAMAGED,
    "XX002": FaultKind.DAMAGED,
}
# Words in which SQLite says it; its codes do not come through Django whole.
WORDS = (
    ("not a database", FaultKind.DAMAGED),
    ("malformed", FaultKind.DAMAGED),
    ("locked", FaultKind.LOCKED),
    ("readonly", FaultKind.READ_ONLY),
    ("is full", FaultKind.FULL),
    ("unable to open", FaultKind.CLOSED),
    ("no such table", FaultKind.NO_TABLES),
    ("no such column", FaultKind.NO_TABLES),
    ("disk i/o error", FaultKind.FILE),
)


def fault_kind(error: BaseException) -> FaultKind | None:
    """None where database and disk did what they should: a fault of the program, or of its input."""
    if isinstance(error, OSError):
        if error.errno in DISK_FULL:
            return FaultKind.FULL
        return FaultKind.FILE if is_out_of_reach(error) else None
    if not isinstance(error, DatabaseError):
        return FaultKind.AWAY if is_out_of_reach(error) else None
    said = str(error).lower()
    by_word = next((kind for word, kind in WORDS if word in said), None) if is_sqlite() else None
    away = FaultKind.AWAY if is_out_of_reach(error) else None
    return STATES.get(sql_state(error)) or by_word or away


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def database_place() -> str:
    """The file of an SQLite database; of a server the database's name."""
    name = connection.settings_dict["NAME"]
    return str(Path(name)) if is_sqlite() else str(name)
