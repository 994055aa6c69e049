"""DuckDB, embedded: it reads the tables, keeps and writes frames, in a share of the machine's memory."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw

from sipinter.merit.engine.base import Frame, Placing, Progress, StaffHistory
from sipinter.merit.engine.memory import memory_share
from sipinter.merit.engine.table import StaffTable
from sipinter.merit.engine.table_merger import AS_WRITTEN, DuckDbMerger
from sipinter.merit.engine.table_reader import DuckDbReader
from sipinter.merit.engine.table_writer import DuckDbWriter

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation


class DuckDb:
    """DuckDB in this process; what does not fit in its share of memory goes to a temporary folder."""

    def __init__(
        self, threads: int | None = None, memory: str | None = None, progress: Progress | None = None
    ) -> None:
        import duckdb

        self.folder = tempfile.TemporaryDirectory(prefix="sipinter-staff-")
        self.connection: DuckDBPyConnection = duckdb.connect(
            config={"memory_limit": memory or memory_share(), "temp_directory": self.folder.name}
        )
        self.connection.execute("SET enable_progress_bar = false")
        self.connection.execute(AS_WRITTEN)
        if threads:
            self.connection.execute(f"SET threads = {threads}")
        self.kept = 0
        self.merger = DuckDbMerger(self.connection, progress)
        self.writer = DuckDbWriter(self.connection, self.merger.run)

    def read(self, path: Path, table: StaffTable) -> Frame:
        return nw.from_native(DuckDbReader(self.connection, path, table).relation())

    def scan(self, path: Path) -> Frame:
        return nw.from_native(self.connection.read_parquet(str(path)))

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        relation = _native(frame)
        names = relation.columns
        found = self.merger.run(lambda: relation.project("*").fetchall())
        return [dict(zip(names, row, strict=True)) for row in found]

    def keep(self, frame: Frame) -> Frame:
        """In a temporary file: read again column by column, it takes no memory meanwhile."""
        self.kept += 1
        path = Path(self.folder.name) / f"kept_{self.kept}.parquet"
        self.writer.copy(_native(frame), path, "FORMAT parquet, COMPRESSION lz4_raw")
        return self.scan(path)

    def beside(self, people: Frame, placed: Placing, histories: Sequence[StaffHistory]) -> Frame:
        if not histories:
            return placed(people)
        return nw.from_native(self.merger.beside(_native(people), _native(placed(people)), histories))

    def write(self, frame: Frame, path: Path, figures: Sequence[str], order: Sequence[str]) -> None:
        self.writer.write(_native(frame), path, figures, order)


def _native(frame: Frame) -> DuckDBPyRelation:
    relation: DuckDBPyRelation = frame.to_native()
    return relation
