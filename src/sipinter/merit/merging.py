"""Tables in the order of the NIP merged like card files: nothing is hashed, memory holds a batch of each.

The readers run ahead of the merge, each in a thread of its own, in a database of one thread: with more, a
join would give its rows in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sipinter.merit.histories import History

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    Column = np.ndarray[Any, np.dtype[np.int64]]

BATCH = 61_440  # employees at a time: their columns stay in the processor's cache
AHEAD = 2  # threads that read while others merge
MOST_ROUNDS = 8  # rows of one person folded one after the other
NONE = -(2**63)  # stands in no table


class _OutOfOrder(Exception):
    """Rows do not come in the order of the NIP."""


class Merged:
    """The same as `histories.joined`, as a stream of Arrow: each time it is asked, it reads from the start.

    `reading` is a database of one thread, for relations of Parquet files; `finished` is what becomes of the
    people before the histories come beside them. `trusting` takes every table to be in order and raises where
    one is not; then `wrong` is true, and after `look` the stream can be read.
    """

    def __init__(
        self,
        reading: DuckDBPyConnection,
        people: DuckDBPyRelation,
        finished: DuckDBPyRelation,
        histories: Sequence[History],
        progress: Callable[[int], None] | None = None,
        *,
        trusting: bool = False,
    ) -> None:
        import pyarrow as pa

        self.reading, self.progress = reading, progress
        self.trusting, self.wrong = trusting, False
        # As text: a stream that held relations would keep their database open for ever.
        self._people = (people.project("nip").sql_query(), finished.sql_query())
        self._histories = [(_nips(history), _query(history)) for history in histories]
        self._widths = [(1 + len(history.columns), len(history.highest)) for history in histories]
        self._plan()
        kinds = {"BIGINT": pa.int64(), "VARCHAR": pa.string()}
        own = [(name, kinds[str(kind)]) for name, kind in zip(finished.columns, finished.types, strict=True)]
        self.schema = pa.schema([*own, *((name, pa.int64()) for h in histories for name in h.columns)])

    def look(self) -> None:
        """Looks into every table, so that those that are out of order are sorted."""
        self.trusting = self.wrong = False
        self._plan()

    def _plan(self) -> None:
        self.people, *self.queries = [self._ordered(*table) for table in (self._people, *self._histories)]

    def _ordered(self, nips: str, rows: str) -> str:
        if self.trusting or is_ordered(self.reading.cursor().sql(nips)):
            return rows
        return self.reading.sql(rows).order("nip NULLS FIRST").sql_query()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        import pyarrow as pa

        reader = pa.RecordBatchReader.from_batches(self.schema, self._batches())
        return reader.__arrow_c_stream__(requested_schema)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        with ThreadPoolExecutor(AHEAD) as pool:
            try:
                yield from self._merged(pool)
            except _OutOfOrder:
                self.wrong = self.trusting
                if self.wrong:
                    raise
                # A join puts its rows aside, and gives them late, only where memory ends.
                raise MemoryError("Out of Memory: the table of posts does not fit") from None

    def _merged(self, pool: ThreadPoolExecutor) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        people = self._read(pool, self.people)
        readers = [
            (_Reader(self._read(pool, query), width), highest)
            for query, (width, highest) in zip(self.queries, self._widths, strict=True)
        ]
        place, last, passed = self.schema.get_field_index("nip"), NONE, 0
        for batch in people:
            nips = batch.column(place).fill_null(NONE).to_numpy(zero_copy_only=False)
            _check(nips, last)
            last = nips[-1]
            beside = [
                column for reader, highest in readers for column in _beside(nips, reader.until(nips), highest)
            ]
            yield pa.record_batch([*batch.columns, *beside], schema=self.schema)
            passed += len(nips)
            if self.progress:
                self.progress(passed)

    def _read(self, pool: ThreadPoolExecutor, query: str) -> Iterator[pa.RecordBatch]:
        """On a connection of its own: several are read at the same time."""
        return _ahead(pool, self.reading.cursor().sql(query).to_arrow_reader(BATCH))


def _ahead(pool: ThreadPoolExecutor, batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The batches that have rows; the next one is read meanwhile."""
    coming = pool.submit(next, batches, None)
    while (batch := coming.result()) is not None:
        coming = pool.submit(next, batches, None)
        if batch.num_rows:
            yield batch


class _Reader:
    """One history, read as far as the employees have come; columns are `nip` and what is counted."""

    def __init__(self, batches: Iterator[pa.RecordBatch], width: int) -> None:
        import numpy as np

        self.batches = batches
        self.none = [np.empty(0, dtype=np.int64)] * width
        self.held = self.none

    def until(self, nips: Column) -> list[Column]:
        """All rows of these employees, and perhaps of others. The last one's may be asked for again."""
        parts = [self.held] if len(self.held[0]) else []
        while not parts or parts[-1][0][-1] <= nips[-1]:
            batch = next(self.batches, None)
            if batch is None:
                break
            parts.append([column.to_numpy(zero_copy_only=False) for column in batch.columns])
        rows = _concatenated(parts or [self.none])
        _check(rows[0])
        end, last = (rows[0].searchsorted(nips[-1], side) for side in ("right", "left"))
        self.held = [column[last:].copy() for column in rows]
        return [column[:end] for column in rows]


def _check(nips: Column, last: int = NONE) -> None:
    """Raises where a number follows a higher one."""
    if len(nips) and (nips[0] < last or (nips[1:] < nips[:-1]).any()):
        raise _OutOfOrder("a table came out of the order of the NIP")


def _concatenated(parts: list[list[Column]]) -> list[Column]:
    import numpy as np

    return parts[0] if len(parts) == 1 else [np.concatenate(pieces) for pieces in zip(*parts, strict=True)]


def _beside(nips: Column, rows: list[Column], highest: int) -> Iterator[pa.Array]:
    """Of the rows (in order) one for each NIP (in order): the highest of the first columns, then sums."""
    import numpy as np
    import pyarrow as pa

    nip, *columns = rows
    if not len(nip):
        yield from (pa.nulls(len(nips), pa.int64()) for _ in columns)
        return
    starts = np.concatenate(([0], np.flatnonzero(nip[1:] != nip[:-1]) + 1))
    people = nip[starts]
    place = _places(people, nips)
    absent = people[place] != nips
    rounds = _rounds(starts, len(nip))
    for number, column in enumerate(columns):
        each = _folded(column, starts, rounds, np.maximum if number < highest else np.add)
        values = each[place]
        yield pa.array(values, mask=absent | (values == NONE))


def _places(people: Column, nips: Column) -> Column:
    """Where each number stands among the people, who are in order; anywhere if it does not."""
    import numpy as np

    # A stable sort merges what consists of two runs: faster than looking up one by one.
    merged = np.concatenate((people, nips)).argsort(kind="stable")
    before = np.flatnonzero(merged >= len(people)) - np.arange(len(nips))
    places: Column = np.maximum(before - 1, 0)
    return places


def _rounds(starts: Column, length: int) -> list[tuple[Column, Column]]:
    """Second rows, third rows ...: of which people (by place), and where they stand."""
    import numpy as np

    counts = np.diff(starts, append=length)
    found, number = [], 1
    more = np.flatnonzero(counts > number)
    while len(more):
        found.append((more, starts[more] + number))
        number += 1
        more = more[counts[more] > number]
    return found


def _folded(
    column: Column, starts: Column, rounds: Sequence[tuple[Column, Column]], fold: np.ufunc
) -> Column:
    """One figure a person. Few have more than some rows, so that rounds are faster than folding runs."""
    import numpy as np

    if not rounds:
        return column  # one row each
    if len(rounds) > MOST_ROUNDS:
        folded: Column = fold.reduceat(column, starts)
        return folded
    each = column[starts]
    for people, rows in rounds:
        each[people] = fold(each[people], column[rows], dtype=np.int64)
    return each


def _nips(history: History) -> str:
    """SQL of the numbers in the order in which the rows come."""
    table: DuckDBPyRelation = (history.frame if history.table is None else history.table).to_native()
    return table.project("nip").sql_query()


def _query(history: History) -> str:
    """SQL of the rows; what is not known is NONE, and nothing in a sum."""
    relation: DuckDBPyRelation = history.frame.to_native().filter("nip IS NOT NULL")
    columns = [f'coalesce("{name}", {NONE}) AS "{name}"' for name in history.highest]
    columns += [f'coalesce("{name}", 0) AS "{name}"' for name in history.total]
    return relation.project(", ".join(["nip", *columns])).sql_query()


def in_order(relation: DuckDBPyRelation) -> DuckDBPyRelation:
    """The relation in the order of the NIP: as it is where it comes so, as the program's own tables do."""
    return relation if is_ordered(relation) else relation.order("nip NULLS FIRST")


def is_ordered(relation: DuckDBPyRelation) -> bool:
    """Do the rows come in the order of the NIP?"""
    last = NONE
    for batch in relation.project(f"coalesce(nip, {NONE}) AS nip").to_arrow_reader(2 * BATCH):
        nips = batch.column(0).to_numpy()
        try:
            _check(nips, last)
        except _OutOfOrder:
            return False
        last = nips[-1] if len(nips) else last
    return True
