"""What changed between two sets of staff tables: rows added and removed, and cells with both their values.

Values are compared and shown as a file has them; an empty cell and a column that is not there are alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.staff import Staff
from sipinter.merit.data.tables import TABLES
from sipinter.merit.engine.base import Engine, Frame
from sipinter.merit.engine.lookup import lookup_code
from sipinter.merit.engine.output import check_output, write_meta
from sipinter.merit.engine.table import MILLIONTHS, StaffColumn, StaffTable

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NUMBER, SIDE = "number", "side"  # of a row among those with its key; 1 where a row is on that side


@dataclass(frozen=True, slots=True)
class StaffDiff:
    """`frame`: one row a change, with `table`, `key` (its parts separated by blanks) and `change`; of a cell
    also `column`, `before` and `after`.

    `completeness` counts by table: rows `before` and `after`, `added`, `removed`, `changed` (rows), `cells`.
    """

    frame: Frame
    completeness: Mapping[str, Mapping[str, int]]
    before: Staff
    after: Staff


def diff_tables(before: Staff, after: Staff) -> StaffDiff:
    """What changed from one staff to another, in every table that either of them has.

    Rows with equal keys are compared in the order of their contents. Refusal for a staff without employees.
    """
    engine = after.engine
    earlier = Staff(before.files, engine, label=before.label)
    frames, counts = [], {}
    for name, table in TABLES.items():
        if not table.required and earlier.path(name) is None and after.path(name) is None:
            continue
        sides = [_shown(staff.table(name), table) for staff in (earlier, after)]
        both = engine.keep(_paired(sides[0], sides[1], table))
        changes = engine.keep(_changes(both, table))
        frames.append(changes)
        counts[name] = _count_changes(engine, both, table)
    return StaffDiff(nw.concat(frames), counts, earlier, after)


def _shown(frame: Frame | None, table: StaffTable) -> Frame | None:
    """Every cell as text, "" for an empty one; rows with equal keys are numbered."""
    if frame is None:
        return None
    texts = frame.select(**{column.name: _text(column).fill_null("") for column in table.columns})
    others = [column.name for column in table.columns if column.name not in table.key]
    one = texts.with_columns(one=nw.lit(1).cast(nw.Int64))
    number = nw.col("one").cum_count().over(*table.key, order_by=others).cast(nw.Int64)
    return one.with_columns(**{NUMBER: number}).drop("one")


def _text(column: StaffColumn) -> nw.Expr:
    """A cell as a file has it."""
    value = nw.col(column.name)
    match column.type:
        case "rank":
            return lookup_code(value, dict(enumerate(column.codes)))
        case "flag":
            return lookup_code(value, {0: "false", 1: "true"})
        case "date":
            digits = value.cast(nw.String)
            parts = (digits.str.slice(0, 4), digits.str.slice(4, 2), digits.str.slice(6, 2))
            return nw.concat_str(*parts, separator="-")
        case "figure":
            decimals = (value % MILLIONTHS + MILLIONTHS).cast(nw.String).str.slice(1, 6)
            return nw.concat_str((value // MILLIONTHS).cast(nw.String), decimals, separator=".")
        case _:
            return value.cast(nw.String)


def _paired(before: Frame | None, after: Frame | None, table: StaffTable) -> Frame:
    """The rows of both sides beside each other: NAME_before and NAME_after, null where a side has no row."""
    keys = [*table.key, NUMBER]
    names = [column.name for column in table.columns if column.name not in table.key]
    known = before if before is not None else after
    assert known is not None, table.name
    none = known.filter(nw.col(NUMBER) < 0)
    left, right = (
        side.select(
            *(nw.col(name).alias(f"{name}_{which}") for name in (*keys, *names)),
            **{f"{SIDE}_{which}": nw.lit(1).cast(nw.Int64)},
        )
        for side, which in (
            (before if before is not None else none, "before"),
            (after if after is not None else none, "after"),
        )
    )
    return left.join(
        right,
        how="full",
        left_on=[f"{name}_before" for name in keys],
        right_on=[f"{name}_after" for name in keys],
    )


def _changes(both: Frame, table: StaffTable) -> Frame:
    """One row a change of the table."""
    key = nw.concat_str(
        *(nw.coalesce(f"{name}_before", f"{name}_after") for name in table.key), separator=" "
    )
    there = {which: ~nw.col(f"{SIDE}_{which}").is_null() for which in ("before", "after")}
    parts = [
        _listed(both.filter(there["after"] & ~there["before"]), table, key, ADDED),
        _listed(both.filter(there["before"] & ~there["after"]), table, key, REMOVED),
    ]
    matched = both.filter(there["before"] & there["after"])
    for column in table.columns:
        if column.name not in table.key:
            old, new = nw.col(f"{column.name}_before"), nw.col(f"{column.name}_after")
            parts.append(_listed(matched.filter(old != new), table, key, CHANGED, column.name))
    return nw.concat(parts)


def _listed(rows: Frame, table: StaffTable, key: nw.Expr, change: str, column: str = "") -> Frame:
    return rows.select(
        table=nw.lit(table.name),
        key=key,
        change=nw.lit(change),
        column=nw.lit(column),
        before=nw.col(f"{column}_before") if column else nw.lit(""),
        after=nw.col(f"{column}_after") if column else nw.lit(""),
    )


def _count_changes(engine: Engine, both: Frame, table: StaffTable) -> dict[str, int]:
    differing: nw.Expr = nw.lit(0).cast(nw.Int64)
    for column in table.columns:
        if column.name not in table.key:
            differs = nw.col(f"{column.name}_before") != nw.col(f"{column.name}_after")
            differing = differing + nw.when(differs).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)
    counted = both.select(
        before=nw.col(f"{SIDE}_before").count(),
        after=nw.col(f"{SIDE}_after").count(),
        added=_rows_where(nw.col(f"{SIDE}_before").is_null()),
        removed=_rows_where(nw.col(f"{SIDE}_after").is_null()),
        changed=_rows_where(differing > 0),
        cells=differing.sum(),
    )
    return {name: int(value or 0) for name, value in engine.rows(counted)[0].items()}


def _rows_where(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64).sum()


def write_diff(diff: StaffDiff, path: Path) -> dict[str, Any]:
    """Writes the changes in the order of tables and keys, and FILE.meta.json; gives the latter's content.

    Refusal for a file that cannot be written.
    """
    check_output(path)
    diff.after.engine.write(diff.frame, path, (), ("table", "key", "change", "column", "before", "after"))
    meta = {
        "before_sha256": diff.before.input_sha256(),
        "after_sha256": diff.after.input_sha256(),
        "completeness": {name: dict(counts) for name, counts in diff.completeness.items()},
    }
    write_meta(path, meta)
    return meta
