"""Where a round is played again from the same start, what the services wrote is put in place as it was.

Playing a round to its publication takes half a second and some 700 statements, and two hundred tests begin
with the same one. The first time, in each process, the services play it; what they changed in the database
and stored as files is kept, and put in place where the same step of the same round follows on the same rows.
Every row comes back as it was, its key and its place in the audit trail included.

That holds as long as nothing else was written, no setting is another, and nothing is patched: else the
services play it as ever. `SIPINTER_REPLAY=0` lets them play always.
"""

import json
import os
import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache, wraps
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Model
from django.utils import timezone, translation

from sipinter.foundation.evidence.storage import store

Rows = dict[Any, Any]  # primary key -> the row: a tuple on SQLite, an object of JSON on PostgreSQL
Place = tuple[int, Hashable]
CHAIN = "audit_chain"
# What may change rows; and the table, where it is one.
WRITES = re.compile(
    r'\s*(?:(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?'
    r"|(?!SELECT|SAVEPOINT|RELEASE|SET|BEGIN|COMMIT|PRAGMA)\w)",
    re.IGNORECASE,
)
# What may differ between two tests that play the same round.
INDIFFERENT = {
    "STORAGES",
    "INCOMING_FILES",
    "ALLOWED_HOSTS",
    "default_settings",
    "_deleted",
    "SETTINGS_MODULE",
}
# Written when a database is made or emptied, with other keys each time.
DJANGOS = {"django_content_type", "auth_permission", "django_migrations"}
ON = os.environ.get("SIPINTER_REPLAY") != "0"


@dataclass
class Change:
    """What happened to one table."""

    added: list[Any]
    altered: list[tuple[Any, Any]]  # before, after
    removed: list[Any]  # keys


@dataclass
class Step:
    """One step that was played, and what it left."""

    number: int
    changes: dict[str, Change]
    files: list[tuple[str, bytes]]
    state: dict[str, Any]  # of the round
    result: Any  # None: the round itself


@dataclass
class Watch:
    """Where the database stands: after which step, and whether anything else was written since."""

    writes: int = 0
    touched: set[str | None] = field(default_factory=set)  # None: who knows
    here: int | None = None  # the step that led here; 0 at the start of a test
    at: int = 0  # `writes` then
    playing: bool = False
    patches: pytest.MonkeyPatch | None = None
    steps: dict[Place, Step] = field(default_factory=dict)
    tables: dict[int, dict[str, Rows]] = field(default_factory=dict)  # every table after each step
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def see(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Counts what writes."""
        if found := WRITES.match(sql):
            self.writes += 1
            self.touched.add(found[1])
        return execute(sql, params, many, context)

    @property
    def is_known(self) -> bool:
        """Whether the rows are those of `here`, and the code and the settings those of every test."""
        if not ON or self.here is None or self.writes != self.at or not _is_plain():
            return False
        return not (self.patches and (self.patches._setattr or self.patches._setitem))


WATCH = Watch()


def _watch(connection: BaseDatabaseWrapper, **_more: Any) -> None:
    if WATCH.see not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, WATCH.see)


connection_created.connect(_watch, weak=False)


def begin(patches: pytest.MonkeyPatch) -> None:
    """A test begins, on empty tables; `patches` are its own."""
    _watch(connection)
    WATCH.here, WATCH.at, WATCH.playing, WATCH.patches = 0, WATCH.writes, False, patches


def replayed(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method of Round, or a function whose first argument is one: played once, then put in place."""

    @wraps(method)
    def play(round_: Any, *args: Any, **more: Any) -> Any:
        if WATCH.playing:
            return method(round_, *args, **more)
        where = _place(method, round_, args, more) if WATCH.is_known else None
        if where is None:
            WATCH.here = None
            return method(round_, *args, **more)
        if step := WATCH.steps.get(where):
            return _put(step, round_)
        return _record(where, method, round_, args, more)

    return play


def _is_plain() -> bool:
    """No setting is another than for the test before."""
    holder = settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        if set(vars(holder)) - INDIFFERENT:
            return False
        holder = holder.default_settings
    return True


def _place(
    method: Callable[..., Any], round_: Any, args: tuple[Any, ...], more: dict[str, Any]
) -> Place | None:
    """Where the step begins and which it is; None when that cannot be told."""
    known = vars(round_)
    serial = 0 if method.__name__ == "__post_init__" else known.get("serial")
    plain = [*args, *more.values()]
    if serial is None or not all(isinstance(value, str | int | None) for value in plain):
        return None
    fixed = tuple(known[name] for name in ("instrument_id", "agency_name", "quick", "first"))
    when = (timezone.localdate(), translation.get_language())
    told = (args, tuple(sorted(more.items())))
    name = (method.__module__, method.__qualname__)
    return WATCH.here or 0, (serial, type(round_), name, fixed, told, when)


# --- the first time ----------------------------------------------------------------------------------


def _record(
    where: Place, method: Callable[..., Any], round_: Any, args: tuple[Any, ...], more: dict[str, Any]
) -> Any:
    if not WATCH.tables:
        tables = connection.introspection.table_names()
        WATCH.tables[0] = {name: _read(name) for name in tables if name not in DJANGOS}
    before = WATCH.tables[where[0]]
    WATCH.touched, WATCH.here, WATCH.playing = set(), None, True
    try:
        with _files() as files:
            result = method(round_, *args, **more)
    finally:
        WATCH.playing = False
    number = next(WATCH.numbers)
    other = None if result is round_ else result
    for one in (round_, other):
        if hasattr(one, "agency_name"):
            vars(one).setdefault("serial", (number, one is round_))
    names = list(before) if None in WATCH.touched else WATCH.touched & set(before)
    after = {name: _read(name) for name in names}
    changes = {name: _change(before[name], rows) for name, rows in after.items() if rows != before[name]}
    WATCH.tables[number] = before | after
    state, told = deepcopy((vars(round_), other))
    WATCH.steps[where] = Step(number, changes, files, state, told)
    WATCH.here, WATCH.at = number, WATCH.writes
    return result


@contextmanager
def _files() -> Iterator[list[tuple[str, bytes]]]:
    """What is stored within."""
    found: list[tuple[str, bytes]] = []
    put = store.put_file

    def noting(name: str, local: Any, sha256: str) -> bool:
        found.append((name, local.read_bytes()))
        return put(name, local, sha256)

    with patch.object(store, "put_file", noting):
        yield found


def _change(before: Rows, after: Rows) -> Change:
    return Change(
        [row for key, row in after.items() if key not in before],
        [(before[key], row) for key, row in after.items() if key in before and before[key] != row],
        [key for key in before if key not in after],
    )


# --- every other time ----------------------------------------------------------------------------------


def _put(step: Step, round_: Any) -> Any:
    with transaction.atomic(), _cursor() as cursor:
        for table, change in step.changes.items():
            _write(cursor, table, change)
    for name, body in step.files:
        if store.size_of(name) is None:
            store.put_bytes(name, body)
    state, result = deepcopy((step.state, step.result))
    known = vars(round_)
    for name, value in state.items():
        there = known.get(name)
        if isinstance(value, Model) and type(there) is type(value) and there.pk == value.pk:
            there.__dict__ = value.__dict__  # whoever holds it sees what became of it
        else:
            known[name] = value
    WATCH.here, WATCH.at = step.number, WATCH.writes
    return round_ if result is None else result


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _cursor() -> Any:
    """The driver's own, which nobody counts."""
    connection.ensure_connection()
    return closing(connection.connection.cursor())


def _read(table: str) -> Rows:
    """Every row of a table by its key."""
    # An expression in SQLite comes as it is stored, a column is turned into an object of Python.
    stored = ", ".join(f'+t."{name}"' for name in _columns(table))
    whole = "row_to_json(t)::text" if _is_postgres() else stored
    with _cursor() as cursor:
        cursor.execute(f'SELECT {"" if _is_postgres() else "+"}t."{_key(table)}", {whole} FROM "{table}" t')
        found = cursor.fetchall()
    return dict(found) if _is_postgres() else {key: tuple(row) for key, *row in found}


def _write(cursor: Any, table: str, change: Change) -> None:
    key, columns = _key(table), _columns(table)
    if _is_postgres():
        rows = f'json_populate_recordset(null::"{table}", %s::json) r'
        names, new = (", ".join(f'{of}"{name}"' for name in columns) for of in ("", "r."))
        cursor.executemany(f'DELETE FROM "{table}" WHERE "{key}" = %s', [(gone,) for gone in change.removed])
        if change.added:
            cursor.execute(f'INSERT INTO "{table}" SELECT * FROM {rows}', [f"[{','.join(change.added)}]"])
        update = f'UPDATE "{table}" t SET ({names}) = ROW({new}) FROM {rows} WHERE t."{key}" = r."{key}"'
        cursor.executemany(update, [(f"[{row}]",) for row in _moves(table, change.altered)])
    else:
        place = columns.index(key)
        values, new = ", ".join("?" * len(columns)), ", ".join(f'"{name}" = ?' for name in columns)
        cursor.executemany(f'DELETE FROM "{table}" WHERE "{key}" = ?', [(gone,) for gone in change.removed])
        cursor.executemany(f'INSERT INTO "{table}" VALUES ({values})', change.added)
        update = f'UPDATE "{table}" SET {new} WHERE "{key}" = ?'
        cursor.executemany(update, [(*row, row[place]) for row in _moves(table, change.altered)])


def _moves(table: str, altered: list[tuple[Any, Any]]) -> list[Any]:
    """The rows as they become, one after the other; a trail's head moves on by one event at a time."""
    if table != CHAIN:
        return [after for _before, after in altered]
    return [row for before, after in altered for row in _one_by_one(before, after)]


def _one_by_one(before: Any, after: Any) -> Iterator[Any]:
    if _is_postgres():
        first, last = json.loads(before), json.loads(after)
        for length in range(first["length"] + 1, last["length"] + 1):
            yield json.dumps(last | {"length": length})
        return
    place = _columns(CHAIN).index("length")
    for length in range(before[place] + 1, after[place] + 1):
        yield (*after[:place], length, *after[place + 1 :])


@cache
def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


@cache
def _key(table: str) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_primary_key_column(cursor, table)
    assert found, table
    return str(found)
