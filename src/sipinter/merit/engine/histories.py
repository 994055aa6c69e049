"""Histories beside employees: of many rows of somebody one, with the highest or the sum of each column.

Every engine can group and join (`joined`). The embedded one reads tables that are in the order of the NIP
side by side instead, as one merges card files (`merging`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import narwhals as nw

if TYPE_CHECKING:
    from sipinter.merit.engine.duckdb import Frame


@dataclass(frozen=True, slots=True)
class History:
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


def joined(people: Frame, histories: Sequence[History]) -> Frame:
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
