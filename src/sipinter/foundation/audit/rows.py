"""Rows that the audit trail vouches for: which tables and columns, and the digest of a row.

An event carries the digests of the rows that its act made or changed (`record(..., rows=...)`), so that
`state.py` can tell from the trail alone what must stand in the tables. A room states its tables in its
`recorded.py`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models


@dataclass(frozen=True)
class RecordedTable:
    """A table of which every row stands in the trail: its columns, and the path to the agency's id."""

    model: type[models.Model]
    columns: tuple[str, ...]
    agency: str

    @property
    def name(self) -> str:
        """As in the target of an event: `answer`."""
        return str(self.model._meta.model_name)

    def digests(self, where: models.Q) -> Iterator[tuple[int, str]]:
        """(id, digest) of each row as it stands in the database, read as one goes."""
        found = self.model._default_manager.filter(where).order_by("pk").values_list("pk", *self.columns)
        for pk, *values in found.iterator(chunk_size=2000):
            yield pk, self.digest(values)

    def digest(self, values: Sequence[Any]) -> str:
        """128 bits (hex) over the columns in their order, the same on every engine."""
        fields = self._fields
        plain = [_plain(field, value) for field, value in zip(fields, values, strict=True)]
        text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @cached_property
    def _fields(self) -> list[Any]:
        by_name = {field.attname: field for field in self.model._meta.concrete_fields}
        return [by_name[name] for name in self.columns]


TABLES: dict[str, RecordedTable] = {}


def record_table(model: type[models.Model], *columns: str, agency: str = "agency_id") -> None:
    """State that the trail vouches for `columns` of every row of `model`."""
    table = RecordedTable(model, columns, agency)
    TABLES[table.name] = table


def row_digests(rows: Iterable[models.Model]) -> dict[str, str]:
    """`model:id` -> digest of each of `rows`, which must be as they were written."""
    found = {}
    for row in rows:
        table = TABLES[str(row._meta.model_name)]
        found[f"{table.name}:{row.pk}"] = table.digest([getattr(row, name) for name in table.columns])
    return found


def _plain(field: Any, value: Any) -> Any:
    """A value of the column as JSON keeps it; an instance may hold it less exactly than the database."""
    if isinstance(value, Decimal):
        return f"{value.quantize(Decimal(1).scaleb(-field.decimal_places)):f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
