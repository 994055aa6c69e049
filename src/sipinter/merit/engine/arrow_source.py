"""What merges tables, as a source of DuckDB's own kind: asked for the columns that a query needs, no others.

`duckdb._sources.ArrowScanSource` is a private part of DuckDB. An object that has no more than the public
`__arrow_c_stream__` is asked for all columns every time, which takes a tenth longer over a national staff.
Should DuckDB move it, `tests/merit/test_arrow_source.py` says what breaks, and `from_arrow` still takes such
an object: one with the first two methods of this class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from duckdb._sources import ArrowScanSource

if TYPE_CHECKING:
    from sipinter.merit.engine.merge import MergedHistories


class MergedSource(ArrowScanSource):
    """Merged tables for `from_arrow`."""

    obj: MergedHistories

    def __arrow_c_schema__(self) -> object:
        return self.obj.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.stream(None, ())[0]

    def stream(self, columns: Sequence[int] | None, filters: Sequence[object]) -> tuple[object, bool]:
        """The columns at these places, or all, and whether they were chosen; DuckDB filters by itself."""
        every = range(len(self.obj.schema))
        reader = self.obj.reader(every if columns is None else columns)
        return reader.__arrow_c_stream__(), columns is not None
