"""Histories beside employees: of many rows of somebody one, with the highest or the sum of each column.

Every engine can group and join (`joined`). The embedded one reads tables that are in the order of the NIP
side by side instead, as one merges card files: nothing is hashed, and memory holds one batch of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    from sipinter.merit.engine import Frame

    Column = np.ndarray[Any, np.dtype[np.int64]]

BATCH = 61_440  # employees at a time: their columns stay in the processor's cache
NONE = -(2**63)  # stands in no table


@dataclass(frozen=True, slots=True)
class History:
    """Rows of employees (`nip`, int64 columns): which columns count by their highest, which by their sum.

    A sum passes over what is not known.
    """

    frame: Frame
    highest: tuple[str, ...] = ()
    total: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.highest, *self.total)


def joined(people: Frame, histories: Sequence[History]) -> Frame:
    """The people and, beside them, the columns of each history; null for who has no row there."""
    for history in histories:
        one = history.frame.group_by("nip").agg(
            *(nw.col(name).max() for name in history.highest), *(nw.col(name).sum() for name in history.total)
        )
        typed = one.with_columns(*(nw.col(name).cast(nw.Int64) for name in history.columns))
        people = people.join(typed, on="nip", how="left")
    return people


class Merged:
    """The same as `joined`, as a stream of Arrow: each time it is asked, it reads from the start."""

    def __init__(
        self, connection: DuckDBPyConnection, people: DuckDBPyRelation, histories: Sequence[History]
    ) -> None:
        import pyarrow as pa

        self.connection = connection.cursor()  # what runs inside a query must not use its connection
        self.people = in_order(people).sql_query()
        self.queries = [(_query(history), history.columns, len(history.highest)) for history in histories]
        kinds = {"BIGINT": pa.int64(), "VARCHAR": pa.string()}
        own = [(name, kinds[str(kind)]) for name, kind in zip(people.columns, people.types, strict=True)]
        self.schema = pa.schema([*own, *((name, pa.int64()) for h in histories for name in h.columns)])

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        import pyarrow as pa

        reader = pa.RecordBatchReader.from_batches(self.schema, self._batches())
        return reader.__arrow_c_stream__(requested_schema)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        readers = [
            (_Reader(self._read(query), 1 + len(columns)), highest)
            for query, columns, highest in self.queries
        ]
        place = self.schema.get_field_index("nip")
        for batch in self._read(self.people):
            if not batch.num_rows:
                continue
            nips = batch.column(place).fill_null(NONE).to_numpy(zero_copy_only=False)
            beside = [
                column for reader, highest in readers for column in _beside(nips, reader.until(nips), highest)
            ]
            yield pa.record_batch([*batch.columns, *beside], schema=self.schema)

    def _read(self, query: str) -> pa.RecordBatchReader:
        """On a connection of its own: several are read at the same time."""
        return self.connection.cursor().sql(query).to_arrow_reader(BATCH)


class _Reader:
    """One history, read as far as the employees have come; columns are `nip` and what is counted."""

    def __init__(self, batches: pa.RecordBatchReader, width: int) -> None:
        import numpy as np

        self.batches: Iterator[pa.RecordBatch] = iter(batches)
        self.none = [np.empty(0, dtype=np.int64)] * width
        self.held = self.none

    def until(self, nips: Column) -> list[Column]:
        """All rows of these employees, and perhaps of others. The last one's may be asked for again."""
        parts = [self.held] if len(self.held[0]) else []
        while not parts or parts[-1][0][-1] <= nips[-1]:
            batch = next(self.batches, None)
            if batch is None:
                break
            if batch.num_rows:
                parts.append([column.to_numpy(zero_copy_only=False) for column in batch.columns])
        rows = _concatenated(parts or [self.none])
        if (rows[0][1:] < rows[0][:-1]).any():
            raise AssertionError("a history came out of the order of the NIP")
        end, last = (rows[0].searchsorted(nips[-1], side) for side in ("right", "left"))
        self.held = [column[last:].copy() for column in rows]
        return [column[:end] for column in rows]


def _concatenated(parts: list[list[Column]]) -> list[Column]:
    import numpy as np

    return parts[0] if len(parts) == 1 else [np.concatenate(pieces) for pieces in zip(*parts, strict=True)]


def _beside(nips: Column, rows: list[Column], highest: int) -> Iterator[pa.Array]:
    """Of the rows (in order) one for each NIP (in order): the highest of the first columns, then sums."""
    import numpy as np
    import pyarrow as pa

    nip, *columns = rows
    starts = np.concatenate(([0], np.flatnonzero(nip[1:] != nip[:-1]) + 1)) if len(nip) else nip
    people = nip[starts]
    place = np.minimum(people.searchsorted(nips), max(0, len(people) - 1))
    absent = people[place] != nips if len(people) else np.ones(len(nips), dtype=bool)
    for number, column in enumerate(columns):
        fold = np.maximum if number < highest else np.add
        # Most people have one row in most histories.
        each = column if len(people) == len(nip) else fold.reduceat(column, starts)
        values = each[place] if len(each) else np.full(len(nips), NONE)
        yield pa.array(values, mask=absent | (values == NONE))


def _query(history: History) -> str:
    """SQL of the rows in order; what is not known is NONE, and nothing in a sum."""
    relation: DuckDBPyRelation = history.frame.to_native().filter("nip IS NOT NULL")
    columns = [f'coalesce("{name}", {NONE}) AS "{name}"' for name in history.highest]
    columns += [f'coalesce("{name}", 0) AS "{name}"' for name in history.total]
    return in_order(relation).project(", ".join(["nip", *columns])).sql_query()


def in_order(relation: DuckDBPyRelation) -> DuckDBPyRelation:
    """The relation in the order of the NIP: as it is where it comes so, as the program's own tables do."""
    nip = relation.project(f"coalesce(nip, {NONE}) AS nip")
    steps = nip.project("nip < lag(nip) OVER () AS back")
    back = steps.filter("back").limit(1).fetchall()
    return relation.order("nip NULLS FIRST") if back else relation
