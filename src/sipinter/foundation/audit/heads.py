"""How far this machine has seen the chains grow: lines in a folder that the database does not hold.

Whoever rules the database can remove the last events of a chain and set its head back. Between two
checkpoints nothing inside the database tells of it; these lines do (`verification.py`). A line is written
after the commit: chain, length, and the first half of the hash of its last event.
"""

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .models import Event

KEEP = timedelta(days=3)  # checkpoints take over long before
HASH = 32


def note_head(event: Event) -> None:
    """Once what is under way is committed, note the chain's new end; a full disk keeps nobody from acting."""
    line = f"{event.chain_id} {event.position} {event.hash[:HASH]}\n"
    transaction.on_commit(lambda: _append(line), robust=True)


def _append(line: str) -> None:
    path = _file()
    try:
        _write(path, line)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, line)
        _remove_old(path.parent)


def _write(path: Path, line: str) -> None:
    # One write at the end of the file: lines of several processes do not mix.
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)


def _file() -> Path:
    return Path(settings.AUDIT_HEADS) / f"{timezone.localdate().isoformat()}-{socket.gethostname()}.txt"


def _remove_old(folder: Path) -> None:
    first = (timezone.localdate() - KEEP).isoformat()
    for path in folder.glob("*-*-*-*.txt"):
        if path.name < first:
            path.unlink(missing_ok=True)


def seen_heads() -> dict[int, tuple[int, str]]:
    """Chain -> the furthest length that was noted, and the beginning of the hash there."""
    seen: dict[int, tuple[int, str]] = {}
    for chain_id, length, start in _lines():
        if length > seen.get(chain_id, (0, ""))[0]:
            seen[chain_id] = (length, start)
    return seen


def _lines() -> Iterator[tuple[int, int, str]]:
    for path in sorted(Path(settings.AUDIT_HEADS).glob("*-*-*-*.txt")):
        with path.open(encoding="ascii", errors="replace") as file:
            for line in file:
                chain, _, rest = line.partition(" ")
                length, _, start = rest.rstrip("\n").partition(" ")
                if chain.isdigit() and length.isdigit() and len(start) == HASH:
                    yield int(chain), int(length), start


def forget_heads() -> None:
    """After a restore: what was seen belongs to the database that was replaced. The files are kept aside."""
    for path in Path(settings.AUDIT_HEADS).glob("*-*-*-*.txt"):
        path.replace(path.with_suffix(".before-restore"))
