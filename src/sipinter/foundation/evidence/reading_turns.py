"""Reading strangers' files while people wait: one at a time for each, two for an agency, no refusal twice."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotAnswering

from .reader.client import ask_reader_json
from .reader.faults import ReaderFault

AT_ONCE = 2  # readings for one agency, or for all who look at public pages
HELD = 60  # seconds after which a turn counts as left behind by a process that died
WAIT, PAUSE = 2.0, 0.05  # seconds for which somebody waits for a turn, and between two tries
REMEMBERED = 3600  # seconds for which a file that was refused is not read again


def person_turn(actor: Actor, agency_id: int) -> AbstractContextManager[None]:
    """`reading_turn` of a person and an agency; the system waits for nobody."""
    if actor.user_id is None:
        return nullcontext()
    return reading_turn(f"person:{actor.user_id}", f"agency:{agency_id}")


@contextmanager
def reading_turn(one: str, group: str) -> Iterator[None]:
    """Hold the one turn of `one` and one of the group's two for as long as something is read.

    NotAnswering when they do not become free in WAIT seconds: whoever waits holds up the server too.
    """
    until = monotonic() + WAIT
    own = _take([f"reading:{one}"], until)
    try:
        shared = _take([f"reading:{group}:{place}" for place in range(AT_ONCE)], until)
    except NotAnswering:
        cache.delete(own)
        raise
    try:
        yield
    finally:
        cache.delete_many([own, shared])


def _take(keys: list[str], until: float) -> str:
    while True:
        for key in keys:
            if cache.add(key, 1, HELD):
                return key
        if monotonic() > until:
            raise NotAnswering(
                _("Other files are being read at the moment. Nothing was kept. Try again in a minute.")
            )
        sleep(PAUSE)


def read_once(operation: str, path: Path, sha256: str, **arguments: Any) -> Any:
    """`ask_reader_json`; the refusal of a file is remembered by its hash, so that it costs nothing again."""
    asked = hashlib.sha256(json.dumps([operation, arguments], sort_keys=True).encode()).hexdigest()[:16]
    key = f"reading-refused:{sha256}:{asked}"
    if refused := cache.get(key):
        raise ReaderFault(*refused)
    try:
        return ask_reader_json(operation, path, **arguments)
    except ReaderFault as fault:
        cache.set(key, [fault.code, fault.detail], REMEMBERED)
        raise
