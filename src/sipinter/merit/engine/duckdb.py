"""DuckDB, embedded: it reads the tables, keeps and writes frames, in a share of the machine's memory."""

from __future__ import annotations

import atexit
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import narwhals as nw

from sipinter.merit.engine.base import Frame, Placing, Progress, StaffHistory
from sipinter.merit.engine.exact import DECIMALS, UNIT
from sipinter.merit.engine.merge import MergedHistories, sort_by_nip
from sipinter.merit.engine.table import StaffTable
from sipinter.rules.messages import Message, Refusal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

MEMORY_VARIABLE = "SIPINTER_STAFF_MEMORY"
MEMORY = 1400  # megabytes: Python and what Arrow carries come on top, 2 GB in all
SHARE = 0.8  # of the machine, where that is less
LEAST = f"CAST({-(2**63)} AS BIGINT)"  # stands in no table
PARQUET = "FORMAT parquet, COMPRESSION zstd"
T = TypeVar("T")


class DuckDb:
    """DuckDB in this process; what does not fit in its share of memory goes to a temporary folder."""

    def __init__(
        self, threads: int | None = None, memory: str | None = None, progress: Progress | None = None
    ) -> None:
        import duckdb

        self.progress = progress
        self.folder = tempfile.TemporaryDirectory(prefix="sipinter-staff-")
        self.connection: DuckDBPyConnection = duckdb.connect(
            config={"memory_limit": memory or _memory(), "temp_directory": self.folder.name}
        )
        self.connection.execute("SET enable_progress_bar = false")
        # How many rows a stream has is not known before; taken for few, they would all go into memory.
        self.connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
        if threads:
            self.connection.execute(f"SET threads = {threads}")
        self.kept = 0
        self.merged: list[MergedHistories] = []
        self._reading: DuckDBPyConnection | None = None
        atexit.register(_forget_types)

    def read(self, path: Path, table: StaffTable) -> Frame:
        from sipinter.merit.engine.table_reader import DuckDbReader

        return nw.from_native(DuckDbReader(self.connection, path, table).relation())

    def scan(self, path: Path) -> Frame:
        return nw.from_native(self.connection.read_parquet(str(path)))

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        relation = _native(frame)
        names = relation.columns
        found = self._run(lambda: relation.project("*").fetchall())
        return [dict(zip(names, row, strict=True)) for row in found]

    def keep(self, frame: Frame) -> Frame:
        """In a temporary file: read again column by column, it takes no memory meanwhile."""
        self.kept += 1
        path = Path(self.folder.name) / f"kept_{self.kept}.parquet"
        self._copy(_native(frame), path, "FORMAT parquet, COMPRESSION lz4_raw")
        return self.scan(path)

    def beside(self, people: Frame, placed: Placing, histories: Sequence[StaffHistory]) -> Frame:
        if not histories:
            return placed(people)
        from sipinter.merit.engine.arrow_source import MergedSource

        with refuse_out_of_memory():
            finished = _native(placed(people))
            merged = MergedHistories(
                self.reading(), _native(people), finished, histories, self.progress, trusting=True
            )
        self.merged.append(merged)
        return nw.from_native(self.connection.from_arrow(MergedSource(merged)))

    def reading(self) -> DuckDBPyConnection:
        """A database beside this one that reads files with one thread, so that rows come in their order."""
        import duckdb

        if self._reading is None:
            shared = "SELECT current_setting('memory_limit'), current_setting('temp_directory')"
            memory, folder = self.connection.sql(shared).fetchall()[0]
            self._reading = duckdb.connect(
                config={"threads": 1, "memory_limit": memory, "temp_directory": folder}
            )
            self._reading.execute("SET disabled_optimizers = 'build_side_probe_side'")
        return self._reading

    def write(self, frame: Frame, path: Path, figures: Sequence[str], order: Sequence[str]) -> None:
        self.write_native(_native(frame), path, figures, order)

    def write_native(
        self, relation: DuckDBPyRelation, path: Path, figures: Sequence[str], order: Sequence[str]
    ) -> None:
        """The same for a relation of this connection."""
        columns = [
            f'{_shown(name, str(kind), name in figures, path)} AS "{name}"'
            for name, kind in zip(relation.columns, relation.types, strict=True)
        ]
        shaped = ", ".join(columns)
        if path.suffix == ".parquet" and order == ("nip",):
            # What comes in the order of the NIP is not sorted: seen in the file, nothing is computed twice.
            self._copy(relation.project(shaped), path, PARQUET)
            self._sort(path)
            return
        with refuse_out_of_memory():
            ordered = sort_by_nip(relation) if order == ("nip",) else relation.order(_listed(order))
        shape = {".parquet": PARQUET, ".csv": "FORMAT csv, HEADER"}
        self._copy(ordered.project(shaped), path, shape.get(path.suffix, "FORMAT json, ARRAY true"))

    def _sort(self, path: Path) -> None:
        """Puts a Parquet file into the order of the NIP if it is not."""
        written = self.connection.read_parquet(str(path))
        with refuse_out_of_memory():
            ordered = sort_by_nip(written)
        if ordered is not written:
            unsorted = path.with_name(f"unsorted-{path.name}")
            path.replace(unsorted)
            self._copy(sort_by_nip(self.connection.read_parquet(str(unsorted))), path, PARQUET)
            unsorted.unlink()

    def _copy(self, relation: DuckDBPyRelation, path: Path, form: str) -> None:
        relation.create_view("output", replace=True)
        target = str(path).replace("'", "''")
        self._run(lambda: self.connection.execute(f"COPY output TO '{target}' ({form})"))

    def _run(self, query: Callable[[], T]) -> T:
        """A query's answer; once more where a table was taken to be in order and is not."""
        import duckdb

        with refuse_out_of_memory():
            try:
                return query()
            except duckdb.Error:
                wrong = [merged for merged in self.merged if merged.wrong]
                if not wrong:
                    raise
                for merged in wrong:
                    merged.look()
                return query()


@contextmanager
def refuse_out_of_memory(size: str | None = None) -> Iterator[None]:
    """Refusal where the engine has less memory than the computation takes."""
    import duckdb

    try:
        yield
    except (duckdb.Error, MemoryError) as error:
        # From inside a stream it comes as another kind of error, which carries the words.
        if isinstance(error, duckdb.Error) and "Out of Memory" not in str(error):
            raise
        raise Refusal(
            Message(
                "{size} of memory are not enough for this staff; set {what} to more, such as 4GB",
                size=size or _memory(),
                what=MEMORY_VARIABLE,
            )
        ) from None


def _listed(order: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in order)


def _shown(name: str, kind: str, figure: bool, path: Path) -> str:
    """SQL of a column as it is written.

    Every column may be null: else Parquet's schema would tell what an engine knows about its nulls.
    """
    value = f'nullif("{name}", {"chr(0)" if kind == "VARCHAR" else LEAST})'
    if figure:
        unit = f"CAST('{1 / UNIT:.{DECIMALS}f}' AS DECIMAL({DECIMALS + 1}, {DECIMALS}))"
        return f"CAST(CAST({value} AS DECIMAL(18, 0)) * {unit} AS DECIMAL(18, {DECIMALS}))"
    if name == "nip" and path.suffix == ".json":
        # 18 digits are more than a reader of JSON keeps in a number.
        return f"CAST({value} AS VARCHAR)"
    return value


def memory_limit() -> str:
    """What SIPINTER_STAFF_MEMORY gives, else most of the machine: for what cannot work in slices."""
    given = os.environ.get(MEMORY_VARIABLE, "").strip()
    return _memory() if given else f"{int(SHARE * 100)}%"


def _memory() -> str:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1_000_000
    given = os.environ.get(MEMORY_VARIABLE, "").strip() or f"{min(MEMORY, int(whole * SHARE))}MB"
    if not re.fullmatch(r"\d+ ?([MG]B|%)", given):
        form = Message("a size such as 4GB")
        raise Refusal(
            Message("{what}: “{value}” is not {form}", what=MEMORY_VARIABLE, value=given, form=form)
        )
    return given


def _native(frame: Frame) -> DuckDBPyRelation:
    relation: DuckDBPyRelation = frame.to_native()
    return relation


def _forget_types() -> None:
    """narwhals caches DuckDB's types; left alone they outlive DuckDB and it complains on stderr."""
    module = sys.modules.get("narwhals._duckdb.utils")
    for value in vars(module).values() if module else ():
        clear = getattr(value, "cache_clear", None)
        if clear:
            clear()
