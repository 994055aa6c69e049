"""Three ways: as it was at the download, as the workbook says, as the system says now."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ChangeOrigin(StrEnum):
    """Who changed a value since the download, in the order in which a person looks at them."""

    CONFLICT = "conflict"
    WORKBOOK = "workbook"
    SYSTEM = "system"
    ALIKE = "alike"


@dataclass(frozen=True)
class ValueDifference:
    """One value of one indicator or gate: `field` is "level", "note" or "choice"."""

    field: str
    kind: ChangeOrigin
    base: Any
    workbook: Any
    now: Any


def compare_value(field: str, base: Any, workbook: Any, now: Any) -> ValueDifference | None:
    """What happened to one value since the download; None when nothing did."""
    if workbook == now:
        return None if now == base else ValueDifference(field, ChangeOrigin.ALIKE, base, workbook, now)
    if workbook == base:
        return ValueDifference(field, ChangeOrigin.SYSTEM, base, workbook, now)
    kind = ChangeOrigin.WORKBOOK if now == base else ChangeOrigin.CONFLICT
    return ValueDifference(field, kind, base, workbook, now)


def ticks_for_level(
    level: int | None, base_level: int | None, base_ticks: Collection[int]
) -> tuple[int, ...]:
    """The criteria that a level in the workbook stands for; a level that was left alone keeps its own ticks.

    Level n means the criteria 1 to n, 0 the criterion of level 0, None no criterion at all.
    """
    if level == base_level:
        return tuple(base_ticks)
    if level is None:
        return ()
    return tuple(range(1, level + 1)) if level else (0,)


def join_notes(now: str, workbook: str) -> str:
    """The two notes one under the other, the system's first."""
    return "\n\n".join(filter(None, [now, workbook]))
