"""Which engine computes the tables: DuckDB, embedded, or a Spark cluster (docs/staff-cluster.md)."""

from __future__ import annotations

import os

from sipinter.merit.engine.base import Engine, Progress
from sipinter.merit.engine.duckdb import DuckDb
from sipinter.rules.messages import Message, Refusal

ENGINE_VARIABLE = "SIPINTER_STAFF_ENGINE"


def open_engine(progress: Progress | None = None) -> Engine:
    """The engine that SIPINTER_STAFF_ENGINE names: `duckdb`, or `sc://HOST:PORT` for Spark Connect.

    The embedded one tells `progress` how many employees it has read.
    """
    named = os.environ.get(ENGINE_VARIABLE, "").strip() or "duckdb"
    if named == "duckdb":
        return DuckDb(progress=progress)
    if named.startswith("sc://"):
        from sipinter.merit.engine.spark import Spark

        return Spark.connected(named)
    raise Refusal(
        Message(
            "{what}: “{value}” is not one of: {known}",
            what=ENGINE_VARIABLE,
            value=named,
            known="duckdb, sc://HOST:PORT",
        )
    )
