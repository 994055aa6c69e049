"""People who act at the same moment: one thread and one database connection each, off at one barrier."""

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from threading import Barrier
from typing import Any

from django.db import connection, connections
from django.utils import translation

from sipinter.foundation.access.errors import Refused
from sipinter.foundation.audit.models import Chain, Event
from sipinter.foundation.audit.services import target_of
from sipinter.foundation.audit.verification import verify_chain

# Races of the whole folder together; a smaller number takes the same share of each kind. SQLite lets one
# writer in at a time, so that fewer show what there is to see.
FULL = 500
TOTAL = int(os.environ.get("SIPINTER_TEST_RACES") or (FULL if connection.vendor == "postgresql" else 100))
LATEST_START = 0.004  # seconds; a save takes about as long


@dataclass(frozen=True)
class Outcome:
    """What one person's act gave: a value, or the refusal that they read. Anything else fails the test."""

    value: Any = None
    refusal: Refused | None = None

    @property
    def is_done(self) -> bool:
        return self.refusal is None


def seeds(share: int) -> Iterator[random.Random]:
    """As many random sources as races of this kind fall to the number asked for; at least two."""
    for seed in range(max(2, share * TOTAL // FULL)):
        yield random.Random(seed)


def race(chance: random.Random, *acts: Callable[[], Any]) -> list[Outcome]:
    """Start all `acts` together, each a random moment late; their outcomes in the same order."""
    barrier = Barrier(len(acts))
    late = [chance.uniform(0, LATEST_START) for _act in acts]

    def run(act: Callable[[], Any], delay: float) -> Outcome:
        try:
            with translation.override("en"):
                connections["default"].ensure_connection()
                barrier.wait(10)
                time.sleep(delay)
                return Outcome(act())
        except Refused as refusal:
            return Outcome(refusal=refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts, late))


def winners(outcomes: list[Outcome]) -> list[int]:
    """Which acts were done."""
    return [number for number, outcome in enumerate(outcomes) if outcome.is_done]


def chains_hold() -> None:
    """Every audit trail verifies from its first record to its last."""
    assert [fault for chain in Chain.objects.all() for fault in verify_chain(chain)] == []


def changes_of(obj: Any, action: str) -> list[dict[str, Any]]:
    """What the trail says `action` changed in `obj`, oldest first."""
    return [event.shown_changes for event in events_of(obj, action)]


def events_of(obj: Any, action: str) -> list[Event]:
    return list(Event.objects.filter(target=target_of(obj), action=action).order_by("position"))


def nothing_lost(told: list[list[Any]], now: Any) -> None:
    """`told` are the [from, to] of one value, oldest first: each had seen what the one before it wrote."""
    for before, after in pairwise(told):
        assert after[0] == before[1]
    assert told[-1][1] == now
