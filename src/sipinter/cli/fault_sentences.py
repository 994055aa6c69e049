"""What is wrong with database or disk, as a sentence that says what to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sipinter.cli.language import _

if TYPE_CHECKING:
    from sipinter.site.operations.database_faults import FaultKind


def fault_sentence(error: Exception) -> str | None:
    """None for a fault of the program, whose traceback somebody needs; and where no site was started."""
    if "django.db" not in sys.modules:
        return None
    from sipinter.site.operations.database_faults import FaultKind, database_place, fault_kind

    kind = fault_kind(error)
    if kind is None:
        return None
    if isinstance(error, OSError):
        place = error.filename if isinstance(error.filename, str) else ""
        if kind is FaultKind.FULL:
            return _("the disk is full: make room and do it again {place}", place=place).rstrip()
        return f"{place}: {error.strerror}".removeprefix(": ")
    if kind is FaultKind.AWAY:
        return _("the database does not answer: {reason}", reason=str(error).partition("\n")[0])
    return database_sentence(kind, database_place())


def database_sentence(kind: FaultKind, place: str) -> str:
    """Of a kind of fault that lies in the database itself."""
    match kind.name:
        case "DAMAGED":
            return _("the database {place} is damaged: move it away and restore a backup", place=place)
        case "LOCKED":
            return _("the database {place} is held by another process: wait until that ends", place=place)
        case "FULL":
            return _("the database {place} has no room, the disk is full: make some", place=place)
        case "READ_ONLY" | "CLOSED":
            return _(
                "the database {place} cannot be opened and written: give it and its folder to this user",
                place=place,
            )
        case "NO_TABLES":
            return _(
                "the database {place} lacks tables: run `sipinter manage migrate`;"
                " where nothing is left to migrate, restore a backup",
                place=place,
            )
        case _:
            return _("the database {place} cannot be read or written: look at the disk", place=place)
