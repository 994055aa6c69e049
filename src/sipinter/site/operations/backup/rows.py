"""Rows without their engine: a line of JSON each, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, models

LEFT_OUT = frozenset(
    {
        # Signed-in browsers sign in again: an old session must not come back to life.
        "sessions.session",
        "usersessions.usersession",
        # Uploads under way begin anew: their bytes are not evidence yet and are not copied.
        "evidence.upload",
        "evidence.part",
        # Workers and web processes of that moment: what a worker held goes back into the queue.
        "work.worker",
        "operations.webprocess",
        # Who has a page open, and workbooks being compared: they live for hours.
        "assessments.presence",
        "assessments.workbookupload",
    }
)
BATCH = 500


@dataclass(frozen=True)
class TableContent:
    """What a table holds: the sum over its rows' hashes does not depend on the order of rows."""

    rows: int
    digest: str


def backup_tables(apps: Any) -> dict[str, type[models.Model]]:
    """Every table with rows of ours by label (`app.model`), many-to-many tables too."""
    return {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    }


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns that are written; computed ones follow by themselves."""
    return [f for f in model._meta.local_concrete_fields if not getattr(f, "generated", False)]


def columns_of(model: type[models.Model]) -> list[str]:
    return [field.attname for field in fields_of(model)]


def row_lines(model: type[models.Model], columns: list[str]) -> Iterator[bytes]:
    """Each row as a JSON list in the order of `columns`, read as one goes."""
    for row in model._base_manager.order_by("pk").values_list(*columns).iterator(chunk_size=BATCH):
        yield json.dumps(
            row, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        ).encode()


def _plain(value: object) -> str:
    match value:
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta() | UUID():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} has no place in a backup")


def write_table(model: type[models.Model], path: Path) -> TableContent:
    """All rows into `path`, compressed."""
    with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        return digest_rows(_passing(row_lines(model, columns_of(model)), packed))


def _passing(rows: Iterator[bytes], out: gzip.GzipFile) -> Iterator[bytes]:
    for line in rows:
        out.write(line + b"\n")
        yield line


def digest_rows(rows: Iterable[bytes]) -> TableContent:
    """Count and digest of rows in any order."""
    count = total = 0
    for line in rows:
        count += 1
        total += int.from_bytes(hashlib.sha256(line).digest())
    return TableContent(count, f"{total % 2**256:064x}")


def insert_rows(model: type[models.Model], columns: list[str], rows: Iterator[list[Any]]) -> None:
    """Insert rows as `row_lines` wrote them, within the caller's transaction and past every default."""
    fields = {field.attname: field for field in fields_of(model)}
    chosen = [fields[name] for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in chosen)
    marks = ", ".join(["%s"] * len(chosen))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        while batch := list(islice(rows, BATCH)):
            cursor.executemany(
                statement,
                [[_stored(f, value) for f, value in zip(chosen, row, strict=True)] for row in batch],
            )


def _stored(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.JSONField):
        if value is None and field.null:
            return None
        return connection.ops.adapt_json_value(value, field.encoder)
    return field.get_db_prep_save(None if value is None else field.to_python(value), connection)
