"""Writing frames with DuckDB: figures become decimals, rows stand in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sipinter.merit.engine.exact import DECIMALS, UNIT
from sipinter.merit.engine.merge import sort_by_nip

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

LEAST = f"CAST({-(2**63)} AS BIGINT)"  # stands in no table
PARQUET = "FORMAT parquet, COMPRESSION zstd"
FORMS = {".parquet": PARQUET, ".csv": "FORMAT csv, HEADER", ".json": "FORMAT json, ARRAY true"}
BY_NIP = ("nip",)


class DuckDbWriter:
    """Files of relations of a connection; `run` carries out what reads them."""

    def __init__(self, connection: DuckDBPyConnection, run: Callable[[Callable[[], Any]], Any]) -> None:
        self.connection, self.run = connection, run

    def write(
        self, relation: DuckDBPyRelation, path: Path, figures: Sequence[str], order: Sequence[str]
    ) -> None:
        """As `base.Engine.write`, of a relation."""
        columns = [
            f'{_shown(name, str(kind), name in figures, path)} AS "{name}"'
            for name, kind in zip(relation.columns, relation.types, strict=True)
        ]
        shaped = ", ".join(columns)
        if path.suffix == ".parquet" and order == BY_NIP:
            # What comes in the order of the NIP is not sorted: seen in the file, nothing is computed twice.
            self.copy(relation.project(shaped), path, PARQUET)
            self._sort(path)
            return
        ordered = self._sorted(relation) if order == BY_NIP else relation.order(_listed(order))
        self.copy(ordered.project(shaped), path, FORMS[path.suffix])

    def copy(self, relation: DuckDBPyRelation, path: Path, form: str) -> None:
        """The relation's rows as they come, in a form of SQL's COPY."""
        relation.create_view("output", replace=True)
        target = str(path).replace("'", "''")
        self.run(lambda: self.connection.execute(f"COPY output TO '{target}' ({form})"))

    def _sort(self, path: Path) -> None:
        """Puts a Parquet file into the order of the NIP if it is not."""
        written = self.connection.read_parquet(str(path))
        if self._sorted(written) is not written:
            unsorted = path.with_name(f"unsorted-{path.name}")
            path.replace(unsorted)
            self.copy(self._sorted(self.connection.read_parquet(str(unsorted))), path, PARQUET)
            unsorted.unlink()

    def _sorted(self, relation: DuckDBPyRelation) -> DuckDBPyRelation:
        ordered: DuckDBPyRelation = self.run(lambda: sort_by_nip(relation))
        return ordered


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
