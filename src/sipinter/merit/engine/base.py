"""What the engines share: the frame, what a computation asks of an engine, and histories beside employees.

Computations are narwhals expressions over frames and know no engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import narwhals as nw

from sipinter.merit.engine.table import StaffTable

Frame = nw.LazyFrame[Any]
Placing = Callable[[Frame], Frame]
Progress = Callable[[int], None]  # employees read so far


@dataclass(frozen=True, slots=True)
class StaffHistory:
    """Rows of employees (`nip`, int64 columns): which columns count by their highest, which by their sum.

    A sum passes over what is not known. `none` is what stands for the not known, and for who has no row.
    `table` is what the rows were chosen from, where it is cheaper to read than they are: they come in its
    order.
    """

    frame: Frame
    highest: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    none: int | None = None
    table: Frame | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.highest, *self.total)

    def known(self, frame: Frame) -> Frame:
        """The frame with `none` in the place of what is not known."""
        if self.none is None:
            return frame
        return frame.with_columns(*(nw.col(name).fill_null(self.none) for name in self.columns))


class Engine(Protocol):
    """What a computation needs of an engine."""

    def read(self, path: Path, table: StaffTable) -> Frame:
        """The table's columns as int64 and text (see `table`). Refusal for a file that is not sound."""

    def scan(self, path: Path) -> Frame:
        """A Parquet file that this program wrote: int64 and text as they are."""

    def rows(self, frame: Frame) -> list[dict[str, Any]]:
        """A small frame's rows."""

    def keep(self, frame: Frame) -> Frame:
        """The frame, computed once, for several readers."""

    def beside(self, people: Frame, placed: Placing, histories: Sequence[StaffHistory]) -> Frame:
        """As `join_histories` of the people placed, for frames that are read from Parquet files."""

    def write(self, frame: Frame, path: Path, figures: Sequence[str], order: Sequence[str]) -> None:
        """Writes a frame in order; `figures` (units of 10**-7) become decimals."""


def join_histories(people: Frame, histories: Sequence[StaffHistory]) -> Frame:
    """The people and, beside them, the columns of each history; its `none` for who has no row there."""
    for history in histories:
        one = (
            history.known(history.frame)
            .group_by("nip")
            .agg(
                *(nw.col(name).max() for name in history.highest),
                *(nw.col(name).sum() for name in history.total),
            )
        )
        typed = one.with_columns(*(nw.col(name).cast(nw.Int64) for name in history.columns))
        people = history.known(people.join(typed, on="nip", how="left"))
    return people
