"""What this program takes from a private part of DuckDB (`merit/engine/arrow_source.py`).

Red after an upgrade of DuckDB? Its sources have changed. This is about what is read for a result; whether the
result is right is said by `test_histories.py`.
"""

from collections.abc import Iterable
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa
import pytest

from sipinter.merit.engine.arrow_source import MergedSource
from sipinter.merit.engine.base import StaffHistory
from sipinter.merit.engine.merge import MergedHistories


class Watched(MergedHistories):
    """Notes which columns are asked for."""

    asked: list[list[str]]

    def reader(self, places: Iterable[int]) -> pa.RecordBatchReader:
        chosen = list(places)
        self.asked.append([self.schema.names[place] for place in chosen])
        return super().reader(chosen)


@pytest.fixture
def merged() -> Watched:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE people AS SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(nip, name)")
    connection.execute("CREATE TABLE given AS SELECT * FROM (VALUES (1, 7, 5), (2, 3, 4)) t(nip, x, y)")
    people = connection.sql("SELECT nip::BIGINT AS nip, name FROM people")
    history = StaffHistory(
        nw.from_native(connection.sql("SELECT nip::BIGINT nip, x::BIGINT x, y::BIGINT y FROM given")),
        ("x", "y"),
    )
    found = Watched(connection, people, people, [history])
    found.asked = []
    return found


@pytest.mark.parametrize(
    ("query", "rows", "read"),
    [
        ("SELECT y FROM merged", [(5,), (4,)], {"y"}),
        ("SELECT name, x FROM merged", [("a", 7), ("b", 3)], {"name", "x"}),
        ("SELECT name FROM merged WHERE x > 5", [("a",)], {"name", "x"}),
        ("SELECT * FROM merged", [(1, "a", 7, 5), (2, "b", 3, 4)], {"nip", "name", "x", "y"}),
    ],
)
def test_duckdb_asks_for_the_columns_of_a_query_and_no_others(
    merged: Watched, query: str, rows: list[Any], read: set[str]
) -> None:
    relation = duckdb.connect().from_arrow(MergedSource(merged))
    assert relation.query("merged", query).fetchall() == rows
    assert [set(names) for names in merged.asked] == [read]


def test_a_source_is_read_as_often_as_it_is_asked(merged: Watched) -> None:
    relation = duckdb.connect().from_arrow(MergedSource(merged))
    assert relation.columns == ["nip", "name", "x", "y"]
    assert merged.asked == []  # the schema alone reads nothing
    assert relation.project("x").fetchall() == relation.project("x").fetchall()
    assert len(merged.asked) == 2
