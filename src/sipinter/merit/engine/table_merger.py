"""Histories beside people with DuckDB: merged while a query reads, sorted first only where they must be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from sipinter.merit.engine.base import Progress, StaffHistory
from sipinter.merit.engine.memory import refuse_out_of_memory
from sipinter.merit.engine.merge import MergedHistories

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

# Which side of a join is kept in memory stays as it is written: the right one. The left one streams, so that
# rows come in its order; DuckDB would choose by sizes, and the size of a stream is not known before.
AS_WRITTEN = "SET disabled_optimizers = 'build_side_probe_side'"
T = TypeVar("T")


class DuckDbMerger:
    """What a connection's queries merge while they read."""

    def __init__(self, connection: DuckDBPyConnection, progress: Progress | None) -> None:
        self.connection, self.progress = connection, progress
        self.merged: list[MergedHistories] = []
        self._reading: DuckDBPyConnection | None = None

    def beside(
        self, people: DuckDBPyRelation, finished: DuckDBPyRelation, histories: Sequence[StaffHistory]
    ) -> DuckDBPyRelation:
        """As `base.join_histories` of the finished people; all come from Parquet files."""
        from sipinter.merit.engine.arrow_source import MergedSource

        merged = MergedHistories(self._reader(), people, finished, histories, self.progress, trusting=True)
        self.merged.append(merged)
        return self.connection.from_arrow(MergedSource(merged))

    def run(self, query: Callable[[], T]) -> T:
        """A query's answer; once more where a table was taken to be in order and is not.

        DuckDB hears of what breaks a stream as text only: each stream keeps its own failure. Refusal where
        memory does not suffice.
        """
        import duckdb

        with refuse_out_of_memory():
            try:
                return query()
            except duckdb.Error:
                broken = [merged for merged in self.merged if merged.failure]
                if not broken:
                    raise
                for merged in broken:
                    merged.recover()
                return query()

    def _reader(self) -> DuckDBPyConnection:
        """A database beside this one that reads files with one thread, so that rows come in their order."""
        import duckdb

        if self._reading is None:
            shared = "SELECT current_setting('memory_limit'), current_setting('temp_directory')"
            memory, folder = self.connection.sql(shared).fetchall()[0]
            self._reading = duckdb.connect(
                config={"threads": 1, "memory_limit": memory, "temp_directory": folder}
            )
            self._reading.execute(AS_WRITTEN)
        return self._reading
