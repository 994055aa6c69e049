"""A Spark cluster, spoken to by Spark Connect (docs/staff-cluster.md).

The cluster reads the tables itself: Parquet files must lie where all of it sees them. CSV and XLSX tables
are read and checked here and sent. Results come back here, and are written as the embedded engine writes.
"""

from __future__ import annotations

import socket
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import narwhals as nw

from sipinter.merit.engine.base import Frame, Placing, StaffHistory, join_histories
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.merit.engine.table import StaffTable, is_parquet
from sipinter.merit.engine.table_reader import (
    DuckDbReader,
    absent_column_sql,
    missing_column_refusal,
    typed_value_sql,
)
from sipinter.rules.messages import Message, Refusal

if TYPE_CHECKING:
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

KINDS = {"string": "VARCHAR", "date": "DATE"}


class Spark:
    """The engine of a session of Spark Connect."""

    def __init__(self, session: SparkSession) -> None:
        self.session = session
        self.local = DuckDb()

    @classmethod
    def connected(cls, address: str) -> Spark:
        """Refusal when the library is not installed or nothing answers at the address."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # of newer pandas, which is not used here
                from pyspark.sql.connect.session import SparkSession

                _reach(address)
                session = SparkSession.builder.remote(address).create()
                session.range(1).collect()
        except ImportError:
            raise Refusal(Message("Spark needs the Python library pyspark-client")) from None
        except Exception as error:  # the library lets through whatever its transport raises
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise Refusal(
                Message("{what}: cannot be reached: {reason}", what=address, reason=reason)
            ) from None
        return cls(session)

    def read(self, path: Path, table: StaffTable) -> Frame:
        if not is_parquet(path):
            checked = DuckDbReader(self.local.connection, path, table).relation()
            return nw.from_native(self.session.createDataFrame(checked.to_arrow_table()))
        source = self.session.read.parquet(str(path))
        types = {name: KINDS.get(kind, kind) for name, kind in source.dtypes}
        columns = []
        for column in table.columns:
            name = f"`{column.name}`"
            if column.required and column.name not in types:
                raise missing_column_refusal(path, column)
            value = (
                typed_value_sql(column, types[column.name], name)
                if column.name in types
                else absent_column_sql(column)
            )
            columns.append(f"{value} AS {name}")
        return nw.from_native(source.selectExpr(*columns))

    def scan(self, path: Path) -> Frame:
        return nw.from_native(self.session.read.parquet(str(path)))

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        return [row.asDict() for row in _native(frame).collect()]

    def keep(self, frame: Frame) -> Frame:
        return nw.from_native(_native(frame).persist())

    def beside(self, people: Frame, placed: Placing, histories: Sequence[StaffHistory]) -> Frame:
        return join_histories(placed(people), histories)

    def write(self, frame: Frame, path: Path, figures: Sequence[str], order: Sequence[str]) -> None:
        collected = self.local.connection.from_arrow(_native(frame).toArrow())
        self.local.writer.write(collected, path, figures, order)


def _reach(address: str) -> None:
    """OSError when nothing listens there: the library would try again for minutes."""
    place = urlsplit(address)
    socket.create_connection((place.hostname or "localhost", place.port or 15002), timeout=5).close()


def _native(frame: Frame) -> DataFrame:
    native: DataFrame = frame.to_native()
    return native
