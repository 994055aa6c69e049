"""What a computation over a staff gives, for pages and commands alike, and how it becomes a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Engine, Frame
from sipinter.merit.engine.output import check_output, write_meta


@dataclass(frozen=True, slots=True)
class Result:
    """A computed frame with its denominators, and where it came from.

    `figures` are the columns in units of 10**-7, which become decimals in a file; `completeness` says of how
    many rows it is, how many have a result, how often each part was missing; `order` sorts a file.
    """

    frame: Frame
    figures: tuple[str, ...]
    completeness: Mapping[str, Any]
    staff: Staff
    rules_id: str
    on: date
    order: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Every row, for small frames."""
        return self.staff.engine.rows(self.frame)

    def origin(self) -> dict[str, Any]:
        """Rules, day, and the tables that were read with the hash of their contents."""
        return {
            "rule_id": self.rules_id,
            "on": self.on.isoformat(),
            "input_sha256": self.staff.input_sha256(),
            "tables": {name: file.name for name, file in sorted(self.staff.used.items())},
        }


def make_result(
    staff: Staff,
    frame: Frame,
    rules_id: str,
    on: date,
    *,
    decided: str,
    order: Sequence[str] = ("nip",),
    figures: Sequence[str] = (),
    summed: Sequence[str] = (),
    rows_are: str = "employees",
) -> Result:
    """The result of a frame. Counted are its rows (called `rows_are`), those with a value in `decided`, the
    sums of the columns `summed` and, where there is a column `missing`, each part that it names.
    """
    completeness = _count_rows(staff.engine, frame, decided, summed, rows_are)
    return Result(frame, tuple(figures), completeness, staff, rules_id, on, tuple(order))


def _count_rows(
    engine: Engine, frame: Frame, decided: str, summed: Sequence[str], rows_are: str
) -> dict[str, Any]:
    sums = {name: nw.col(name).sum() for name in summed}
    counted = engine.rows(frame.select(rows=nw.len(), decided=nw.col(decided).count(), **sums))[0]
    found: dict[str, Any] = {
        rows_are: int(counted["rows"]),
        f"with_{decided}": int(counted["decided"]),
        **{name: int(counted[name] or 0) for name in summed},
    }
    if "missing" in frame.collect_schema().names():
        found["missing"] = _count_missing(engine, frame)
    return found


def _count_missing(engine: Engine, frame: Frame) -> dict[str, int]:
    groups = frame.filter(nw.col("missing") != "").group_by("missing").agg(people=nw.len())
    found: dict[str, int] = {}
    for group in engine.rows(groups):
        for part in str(group["missing"]).split(";"):
            found[part] = found.get(part, 0) + int(group["people"])
    return dict(sorted(found.items()))


def write_result(result: Result, path: Path) -> dict[str, Any]:
    """Writes the file, by its suffix, and FILE.meta.json; gives the latter's content.

    Refusal for a file that cannot be written.
    """
    check_output(path)
    write_frame(result, result.frame, path, result.figures, result.order)
    meta = {**result.origin(), "completeness": dict(result.completeness)}
    write_meta(path, meta)
    return meta


def write_frame(
    result: Result, frame: Frame, path: Path, figures: Sequence[str], order: Sequence[str]
) -> None:
    """A frame of the result as a file of its own, every row with the rules and the day."""
    marked = frame.with_columns(rule_id=nw.lit(result.rules_id), on=nw.lit(result.on.isoformat()))
    result.staff.engine.write(marked, path, figures, order)
