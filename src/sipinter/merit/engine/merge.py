"""Tables in the order of the NIP merged like card files: nothing is hashed, memory holds a batch of each.

The readers run ahead of the merge, each in a thread of its own, in a database of one thread: with more, a
join would give its rows in another order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sipinter.merit.engine.base import StaffHistory

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

    Column = np.ndarray[Any, np.dtype[np.int64]]

BATCH = 61_440  # employees at a time: their columns stay in the processor's cache
AHEAD = 2  # threads that read while others merge
MOST_ROUNDS = 8  # rows of one person folded one after the other
NONE = -(2**63)  # stands in no table
NUMBER = "number_"  # the NIP, read whether it is asked for or not


class _OutOfOrder(Exception):
    """Rows do not come in the order of the NIP."""


class MergedHistories:
    """The same as `base.join_histories`, as streams of Arrow of some columns, each read from the start.

    `reading` is a database of one thread, for relations of Parquet files; `finished` is what becomes of the
    people before the histories come beside them. `trusting` takes every table to be in order; where one is
    not the stream breaks, and can be read after `recover`. `failure` is what broke the latest stream.
    """

    def __init__(
        self,
        reading: DuckDBPyConnection,
        people: DuckDBPyRelation,
        finished: DuckDBPyRelation,
        histories: Sequence[StaffHistory],
        progress: Callable[[int], None] | None = None,
        *,
        trusting: bool = False,
    ) -> None:
        import pyarrow as pa

        self.reading, self.progress = reading, progress
        self.trusting = trusting
        self.failure: Exception | None = None
        # As text: a stream that held relations would keep their database open for ever.
        self._people = _Table.of_people(people, finished)
        self._histories = [_Table.of(history) for history in histories]
        kinds = {"BIGINT": pa.int64(), "VARCHAR": pa.string()}
        own = [(name, kinds[str(kind)]) for name, kind in zip(finished.columns, finished.types, strict=True)]
        self.schema = pa.schema([*own, *((name, pa.int64()) for h in histories for name in h.columns)])
        self._plan()

    def recover(self) -> None:
        """Looks into every table, and sorts those that are out of order. Raises any other failure."""
        failure, self.failure = self.failure, None
        if failure and not isinstance(failure, _OutOfOrder):
            raise failure
        self.trusting = False
        self._plan()

    def _plan(self) -> None:
        for table in (self._people, *self._histories):
            table.sorted = not (self.trusting or is_sorted_by_nip(self.reading.cursor().sql(table.nips)))

    def reader(self, places: Iterable[int]) -> pa.RecordBatchReader:
        """The columns at these places of the schema; of the others nothing is read."""
        import pyarrow as pa

        schema = pa.schema([self.schema.field(place) for place in places])
        return pa.RecordBatchReader.from_batches(schema, self._batches(schema))

    def _batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The schema's columns, from the start; what breaks them is kept."""
        self.failure = None
        with ThreadPoolExecutor(AHEAD) as pool:
            try:
                yield from self._merged(pool, schema)
            except Exception as failure:
                self.failure = failure
                if isinstance(failure, _OutOfOrder) and not self.trusting:
                    # A join puts its rows aside, and gives them late, only where memory ends.
                    self.failure = MemoryError("the table of posts does not fit")
                raise

    def _merged(self, pool: ThreadPoolExecutor, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        chosen = [table.chosen(schema.names) for table in self._histories]
        people, histories = self._people.chosen(schema.names), [table for table in chosen if table.columns]
        readers = [_Reader(self._read(pool, table), table) for table in histories]
        last, passed = NONE, 0
        for batch in self._read(pool, people):
            numbers = batch.column(0)
            nips = (numbers.fill_null(NONE) if numbers.null_count else numbers).to_numpy()
            _check(nips, last)
            last = nips[-1]
            found = dict(zip(people.columns, batch.columns[1:], strict=False))
            for reader in readers:
                found.update(zip(reader.table.columns, reader.beside(nips), strict=True))
            yield pa.record_batch([found[name] for name in schema.names], schema=schema)
            passed += len(nips)
            if self.progress:
                self.progress(passed)

    def _read(self, pool: ThreadPoolExecutor, table: _Table) -> Iterator[pa.RecordBatch]:
        """On a connection of its own: several are read at the same time."""
        return _ahead(pool, self.reading.cursor().sql(table.query()).to_arrow_reader(BATCH))


def _ahead(pool: ThreadPoolExecutor, batches: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The batches that have rows; the next one is read meanwhile."""
    coming = pool.submit(next, batches, None)
    while (batch := coming.result()) is not None:
        coming = pool.submit(next, batches, None)
        if batch.num_rows:
            yield batch


@dataclass
class _Table:
    """Queries of a table: its numbers in the order of its rows, and the rows, of which some columns."""

    nips: str
    rows: str
    highest: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    none: int | None = None
    sorted: bool = False

    @classmethod
    def of_people(cls, people: DuckDBPyRelation, finished: DuckDBPyRelation) -> _Table:
        # As text: a stream that held relations would keep their database open for ever.
        return cls(people.project("nip").sql_query(), finished.sql_query(), tuple(finished.columns))

    @classmethod
    def of(cls, history: StaffHistory) -> _Table:
        """What is not known is the history's `none`, or NONE; and nothing in a sum."""
        unknown = NONE if history.none is None else history.none
        relation: DuckDBPyRelation = history.frame.to_native().filter("nip IS NOT NULL")
        columns = [f'coalesce("{name}", {unknown}) AS "{name}"' for name in history.highest]
        columns += [f'coalesce("{name}", 0) AS "{name}"' for name in history.total]
        rows = relation.project(", ".join(["nip", *columns])).sql_query()
        table: DuckDBPyRelation = (history.frame if history.table is None else history.table).to_native()
        return cls(table.project("nip").sql_query(), rows, history.highest, history.total, history.none)

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.highest, *self.total)

    def chosen(self, columns: Collection[str]) -> _Table:
        highest, total = (tuple(n for n in own if n in columns) for own in (self.highest, self.total))
        return replace(self, highest=highest, total=total)

    def query(self) -> str:
        """The number and the columns, in the order of the number."""
        names = ", ".join(f'"{name}"' for name in self.columns)
        order = " ORDER BY nip NULLS FIRST" if self.sorted else ""
        return f"SELECT nip AS {NUMBER}, {names or 0} FROM ({self.rows}){order}"  # noqa: S608


class _Reader:
    """One history, read as far as the employees have come."""

    def __init__(self, batches: Iterator[pa.RecordBatch], table: _Table) -> None:
        self.batches, self.table = batches, table
        self.held: list[list[Column]] = []

    def beside(self, nips: Column) -> Iterator[pa.Array]:
        """Of the rows of these employees (in order) one for each."""
        return _beside(nips, self._until(nips), self.table)

    def _until(self, nips: Column) -> list[Column]:
        """All rows of these employees, and perhaps of others. The last one's may be asked for again."""
        parts = self.held
        while not parts or parts[-1][0][-1] <= nips[-1]:
            batch = next(self.batches, None)
            if batch is None:
                break
            parts.append([column.to_numpy(zero_copy_only=False) for column in batch.columns])
        if not parts:
            return []
        end = parts[-1][0].searchsorted(nips[-1], "right")
        rest = [column[end:] for column in parts[-1]]
        rows = _concatenated([*parts[:-1], [column[:end] for column in parts[-1]]])
        _check(rows[0])
        last = rows[0].searchsorted(nips[-1])
        kept = ([column[last:] for column in rows], rest)
        self.held = [part for part in kept if len(part[0])]
        return rows


def _check(nips: Column, last: int = NONE) -> None:
    """Raises where a number follows a higher one."""
    if len(nips) and (nips[0] < last or (nips[1:] < nips[:-1]).any()):
        raise _OutOfOrder("a table came out of the order of the NIP")


def _concatenated(parts: list[list[Column]]) -> list[Column]:
    import numpy as np

    return parts[0] if len(parts) == 1 else [np.concatenate(pieces) for pieces in zip(*parts, strict=True)]


def _beside(nips: Column, rows: list[Column], table: _Table) -> Iterator[pa.Array]:
    """Of the rows (in order) one for each NIP (in order): the highest of the first columns, then sums."""
    import numpy as np
    import pyarrow as pa

    if not rows or not len(rows[0]):
        none = pa.scalar(table.none, pa.int64())
        yield from (pa.repeat(none, len(nips)) for _ in table.columns)
        return
    nip, *columns = rows
    starts = np.concatenate(([0], np.flatnonzero(nip[1:] != nip[:-1]) + 1))
    people = nip[starts]
    place = _places(people, nips)
    place[people[place] != nips] = len(people)  # whoever has no row: what is put behind the last
    rounds = _rounds(starts, len(nip))
    absent = NONE if table.none is None else table.none
    for number, column in enumerate(columns):
        fold = np.maximum if number < len(table.highest) else np.add
        values = np.append(_folded(column, starts, rounds, fold), absent)[place]
        yield pa.array(values, mask=values == NONE if table.none is None else None)


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

    if len(starts) == length:
        return []  # one row each
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
        return column
    if len(rounds) > MOST_ROUNDS:
        folded: Column = fold.reduceat(column, starts)
        return folded
    each = column[starts]
    for people, rows in rounds:
        each[people] = fold(each[people], column[rows], dtype=np.int64)
    return each


def sort_by_nip(relation: DuckDBPyRelation) -> DuckDBPyRelation:
    """The relation in the order of the NIP: as it is where it comes so, as the program's own tables do."""
    return relation if is_sorted_by_nip(relation) else relation.order("nip NULLS FIRST")


def is_sorted_by_nip(relation: DuckDBPyRelation) -> bool:
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
