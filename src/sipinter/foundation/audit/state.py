"""Do the tables say what the trail says? Every row that the trail vouches for, against its last digest."""

import json
from collections.abc import Iterator, Mapping

from django.db import transaction
from django.db.models import Q

from sipinter.foundation.access.actor import system_actor

from .keys import KEYS_BEGUN
from .models import Chain, Event
from .queries import is_sealed
from .rows import TABLES, RecordedTable
from .services import record

ROWS_BEGUN = "audit.rows_begun"
_BATCH = 500


class RowsOnRecord:
    """What the trail says of the rows, gathered while it is read: one chain of an agency at a time.

    The nation's chain, read first, is kept: some acts of the nation change rows of an agency.
    """

    def __init__(self) -> None:
        self._nation: dict[str, tuple[int, str]] = {}
        self._own: dict[str, tuple[int, str]] = {}

    def add(self, event_id: int, is_nation: bool, rows: Mapping[str, str]) -> None:
        """An event's digests; a later event of the same row takes the earlier one's place."""
        kept = self._nation if is_nation else self._own
        kept.update((name, (event_id, digest)) for name, digest in rows.items())

    def differences(self, agency_id: int) -> Iterator[tuple[str, str]]:
        """(kind, row) of the agency's rows that are not as the trail says; then it forgets them."""
        for table in TABLES.values():
            yield from self._compare(table, Q(**{table.agency: agency_id}))
        yield from (("row removed", name) for name in self._own)
        self._own = {}

    def strays(self) -> Iterator[tuple[str, str]]:
        """The same of agencies without a chain, once every agency with one has been compared."""
        agencies = Chain.objects.exclude(agency=None).values("agency_id")
        for table in TABLES.values():
            yield from self._compare(table, ~Q(**{f"{table.agency}__in": agencies}))
        yield from (("row removed", name) for name in self._nation)

    def _compare(self, table: RecordedTable, where: Q) -> Iterator[tuple[str, str]]:
        for pk, digest in table.digests(where):
            name = f"{table.name}:{pk}"
            said = max(self._own.pop(name, (0, "")), self._nation.pop(name, (0, "")))
            if not said[0]:
                yield "row unknown", name
            elif said[1] != digest:
                yield "row changed", name


def rows_of_event(text: str) -> dict[str, str]:
    """The digests in the column `rows` as text; empty when it holds none that can be read."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def begin_rows() -> None:
    """After an upgrade: have the trail vouch, once, for the rows that were written before it did so.

    Only where a sealed event says that the site is an earlier version's: elsewhere a row without an event
    is a fault, and stays one.
    """
    begun = Event.objects.filter(action=KEYS_BEGUN).order_by("pk").first()
    if begun is None or not is_sealed(begun) or Event.objects.filter(action=ROWS_BEGUN).exists():
        return
    with transaction.atomic():
        record(ROWS_BEGUN, "audit:rows", actor=system_actor())
        for agency_id in _owners():
            for table in TABLES.values():
                rows = table.model._default_manager.filter(**{table.agency: agency_id}).order_by("pk")
                for first in range(0, rows.count(), _BATCH):
                    batch = list(rows[first : first + _BATCH])
                    record(ROWS_BEGUN, "audit:rows", actor=system_actor(), agency_id=agency_id, rows=batch)


def _owners() -> list[int]:
    """The agencies of which any table has a row."""
    found: set[int] = set()
    for table in TABLES.values():
        found |= set(table.model._default_manager.order_by().values_list(table.agency, flat=True).distinct())
    return sorted(found)
