"""The one place that knows which engine computes the tables.

Computations are narwhals expressions over `Staff.table(...)` and know no engine. DuckDB, embedded, is the
default; another engine offers the methods of `Engine` and is chosen in `open_engine`.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import narwhals as nw

from sipinter.merit.exact import DECIMALS, UNIT
from sipinter.merit.tables import TABLES, Table
from sipinter.rules.messages import Message, Refusal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

Frame = nw.LazyFrame[Any]
SUFFIXES = (".parquet", ".csv", ".xlsx")
OUTPUTS = (".csv", ".parquet", ".json")


class Engine(Protocol):
    """What a computation needs of an engine."""

    def read(self, path: Path, table: Table) -> Frame:
        """The table's columns as int64 and text (see `tables`). Refusal for a file that is not sound."""

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """A small frame's rows."""

    def keep(self, frame: Frame) -> Frame:
        """The frame, computed once, for several readers."""

    def write(self, frame: Frame, path: Path, figures: Sequence[str], order: Sequence[str]) -> None:
        """Writes a frame in order; `figures` (units of 10**-7) become decimals."""


class Staff:
    """A folder of staff tables, read by an engine as they are asked for."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder, self.engine = folder, engine
        self.used: dict[str, Path] = {}
        if not folder.is_dir():
            raise Refusal(Message("{path}: is not a folder", path=folder))

    def path(self, name: str) -> Path | None:
        """The table's file, None when there is none."""
        places = (self.folder / f"{name}{suffix}" for suffix in SUFFIXES)
        return next((path for path in places if path.exists()), None)

    def table(self, name: str) -> Frame | None:
        """A table, None where the folder has no such file; Refusal when it must have one."""
        path = self.path(name)
        if path is None:
            if TABLES[name].required:
                raise Refusal(
                    Message("{path}: has no file {name}.parquet, .csv or .xlsx", path=self.folder, name=name)
                )
            return None
        self.used[name] = path
        return self.engine.read(path, TABLES[name])

    def need(self, name: str) -> Frame:
        """A table without which there is nothing to compute."""
        frame = self.table(name)
        if frame is None:
            raise Refusal(
                Message("{path}: has no file {name}.parquet, .csv or .xlsx", path=self.folder, name=name)
            )
        return frame

    @cached_property
    def _hashes(self) -> dict[Path, str]:
        return {}

    def input_sha256(self) -> str:
        """Hash of the tables that were used: their names and contents."""
        total = hashlib.sha256()
        for name, path in sorted(self.used.items()):
            if path not in self._hashes:
                with path.open("rb") as file:
                    self._hashes[path] = hashlib.file_digest(file, "sha256").hexdigest()
            total.update(f"{name} {self._hashes[path]}\n".encode())
        return total.hexdigest()


def open_engine() -> Engine:
    """The engine of this installation: DuckDB, embedded."""
    return DuckDb()


class DuckDb:
    """DuckDB in this process."""

    def __init__(self) -> None:
        import duckdb

        self.connection: DuckDBPyConnection = duckdb.connect()
        self.kept = 0
        atexit.register(_forget_types)

    def read(self, path: Path, table: Table) -> Frame:
        from sipinter.merit.reading import DuckDbReader

        return nw.from_native(DuckDbReader(self.connection, path, table).relation())

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        relation = _native(frame)
        names = relation.columns
        return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]

    def keep(self, frame: Frame) -> Frame:
        self.kept += 1
        name = f"kept_{self.kept}"
        _native(frame).create(name)
        return nw.from_native(self.connection.table(name))

    def write(self, frame: Frame, path: Path, figures: Sequence[str], order: Sequence[str]) -> None:
        unit = f"CAST('{1 / UNIT:.{DECIMALS}f}' AS DECIMAL({DECIMALS + 1}, {DECIMALS}))"
        columns = []
        for name in _native(frame).columns:
            if name in figures:
                decimal = f'CAST("{name}" AS DECIMAL(18, 0)) * {unit}'
                columns.append(f'CAST({decimal} AS DECIMAL(18, {DECIMALS})) AS "{name}"')
            elif name == "nip" and path.suffix == ".json":
                # 18 digits are more than a reader of JSON keeps in a number.
                columns.append(f'CAST("{name}" AS VARCHAR) AS "{name}"')
            else:
                columns.append(f'"{name}"')
        relation = _native(frame).project(", ".join(columns)).order(", ".join(f'"{name}"' for name in order))
        shape = {".parquet": "FORMAT parquet, COMPRESSION zstd", ".csv": "FORMAT csv, HEADER"}
        form = shape.get(path.suffix, "FORMAT json, ARRAY true")
        relation.create_view("output", replace=True)
        target = str(path).replace("'", "''")
        self.connection.execute(f"COPY output TO '{target}' ({form})")


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


def check_output(path: Path) -> None:
    """Refusal for a file that cannot be written."""
    if path.suffix not in OUTPUTS:
        raise Refusal(Message("{path}: must end in one of: {known}", path=path, known=", ".join(OUTPUTS)))
    if not path.parent.is_dir():
        raise Refusal(Message("{path}: is not a folder", path=path.parent))


def write_meta(path: Path, meta: Mapping[str, object]) -> Path:
    """FILE.meta.json beside an output: rules, date, hash of the input, completeness."""
    beside = path.with_name(path.name + ".meta.json")
    beside.write_text(json.dumps(meta, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return beside
