"""Fairness of a selection from files: who was selected, by each attribute that the files hold."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.staff import file_sha256
from sipinter.merit.engine.base import Engine, Frame
from sipinter.merit.engine.choice import open_engine
from sipinter.merit.engine.dates import date_number
from sipinter.merit.engine.lookup import lookup_step
from sipinter.merit.engine.output import check_output, write_meta
from sipinter.merit.engine.table import StaffColumn, StaffTable, check_table_file
from sipinter.merit.fairness.adverse_impact import Counts, FairnessGroup, compare_groups
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.numbers import to_decimal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import FairnessRules

NIP = StaffColumn("nip", "nip", "employee number", required=True)
TEXTS = ("sex", "religion", "region", "marital_status", "disability")
ATTRIBUTES = ("sex", "age_band", *TEXTS[1:])
PEOPLE = StaffTable("pool", "who was considered", (NIP,))
HOLDERS = StaffTable(
    "attributes",
    "protected attributes",
    (NIP, StaffColumn("birth_date", "date", ""), *(StaffColumn(name, "text", "") for name in TEXTS)),
)
SELECTED = ("1", "true", "yes", "ya")
RATE_DECIMALS, P_DECIMALS = 6, 9


@dataclass(frozen=True, slots=True)
class FairnessQuestion:
    """Which column of the selection says who was selected, by which values; who else was considered."""

    selection: Path
    attributes: tuple[Path, ...]
    pool: Path | None = None
    column: str = "selected"
    values: tuple[str, ...] = SELECTED

    def files(self) -> list[Path]:
        return [self.selection, *self.attributes, *([self.pool] if self.pool else [])]

    def input_sha256(self) -> str:
        """Hash of the contents of all files, in their order."""
        total = hashlib.sha256()
        for path in self.files():
            total.update(f"{file_sha256(path)}\n".encode())
        return total.hexdigest()


@dataclass(frozen=True, slots=True)
class FairnessResult:
    """The groups that were compared, and the denominators.

    `completeness`: `people` considered, `selected`, and by attribute how many are known, unknown, and of its
    groups flagged or significant.
    """

    groups: tuple[FairnessGroup, ...]
    completeness: Mapping[str, Any]
    question: FairnessQuestion
    rules_id: str
    on: date

    def rows(self) -> list[dict[str, object]]:
        """One row a group, rounded."""
        origin = {"rule_id": self.rules_id, "on": self.on.isoformat()}
        return [{**_row(group), **origin} for group in self.groups]

    def meta(self) -> dict[str, Any]:
        """Origin, question and denominators."""
        return {
            "rule_id": self.rules_id,
            "on": self.on.isoformat(),
            "column": self.question.column,
            "values": list(self.question.values),
            "input_sha256": self.question.input_sha256(),
            "files": [path.name for path in self.question.files()],
            **self.completeness,
        }


def _count_known(
    groups: Sequence[FairnessGroup], counts: Mapping[str, Counts], people: int
) -> dict[str, dict[str, object]]:
    """By attribute: of how many it is known, whether its groups were compared, what was found."""
    found: dict[str, dict[str, object]] = {}
    for name, counted in counts.items():
        known = sum(of_group for _, of_group in counted.values())
        own = [group for group in groups if group.attribute == name]
        found[name] = {
            "known": known,
            "unknown": people - known,
            "compared": bool(own),
            "flagged": sum(group.flagged for group in own),
            "significant": sum(group.significant for group in own),
        }
    return found


def write_fairness(result: FairnessResult, path: Path) -> dict[str, Any]:
    """Writes the file and FILE.meta.json; gives the latter's content. Refusal for a file of another kind."""
    check_output(path)
    write_fairness_rows(path, result.rows())
    meta = result.meta()
    write_meta(path, meta)
    return meta


def _row(group: FairnessGroup) -> dict[str, object]:
    return {
        "attribute": group.attribute,
        "group": group.group,
        "people": group.people,
        "selected": group.selected,
        "rate": float(to_decimal(group.rate, RATE_DECIMALS)),
        "lower": round(group.lower, RATE_DECIMALS),
        "upper": round(group.upper, RATE_DECIMALS),
        "best": group.best,
        "impact_ratio": None if group.ratio is None else float(to_decimal(group.ratio, RATE_DECIMALS)),
        "flagged": group.flagged,
        "p": None if group.p is None else round(group.p, P_DECIMALS),
        "p_holm": None if group.p_holm is None else round(group.p_holm, P_DECIMALS),
        "significant": group.significant,
        "flip": group.flip,
        "swap": group.swap,
    }


HEADINGS = (
    "attribute",
    "group",
    "people",
    "selected",
    "rate",
    "lower",
    "upper",
    "best",
    "impact_ratio",
    "flagged",
    "p",
    "p_holm",
    "significant",
    "flip",
    "swap",
    "rule_id",
    "on",
)


def write_fairness_rows(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """The groups as CSV, JSON or Parquet."""
    if path.suffix == ".json":
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    elif path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADINGS)
            writer.writerows([_cell(row[name]) for name in HEADINGS] for row in rows)
    else:
        import pyarrow as pa
        from pyarrow import parquet

        kinds = {"people": pa.int64(), "selected": pa.int64(), "flip": pa.int64(), "swap": pa.int64()}
        kinds |= dict.fromkeys(("rate", "lower", "upper", "impact_ratio", "p", "p_holm"), pa.float64())
        kinds |= dict.fromkeys(("best", "flagged", "significant"), pa.bool_())
        schema = pa.schema([(name, kinds.get(name, pa.string())) for name in HEADINGS])
        parquet.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.{P_DECIMALS}f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def compute_fairness(
    question: FairnessQuestion, on: date, rules_id: str | None = None, engine: Engine | None = None
) -> FairnessResult:
    """The fairness of a selection. Refusal for files that cannot be read, or where nobody was considered."""
    rules = rules_for(FairnessRules, on, rules_id)
    engine = engine or open_engine()
    for path in question.files():
        check_table_file(path)
    frame = engine.keep(_people(engine, question, rules, on))
    total = engine.rows(frame.select(people=nw.len(), selected=nw.col("selected").sum()))[0]
    people = int(total["people"])
    if not people:
        raise Refusal(Message("{path}: nobody was considered", path=question.selection))
    counts: dict[str, Counts] = {}
    for name in ATTRIBUTES:
        of_each = frame.filter(~nw.col(name).is_null()).group_by(name)
        found = engine.rows(of_each.agg(people=nw.len(), selected=nw.col("selected").sum()))
        if found:
            counts[name] = {str(row[name]): (int(row["selected"]), int(row["people"])) for row in found}
    groups = tuple(compare_groups(rules, counts))
    completeness = {
        "people": people,
        "selected": int(total["selected"]),
        "attributes": _count_known(groups, counts, people),
    }
    return FairnessResult(groups, completeness, question, rules.header.id, on)


def _people(engine: Engine, question: FairnessQuestion, rules: FairnessRules, on: date) -> Frame:
    """One row a person: selected (0 or 1) and the attributes; whoever is selected once is selected."""
    # Whoever has no value (no box, say) was considered and not selected.
    column = StaffColumn(question.column, "text", "", required=True, may_be_empty=True)
    rows = engine.read(question.selection, StaffTable("selection", "", (NIP, column)))
    chosen = nw.col(question.column).str.to_lowercase().is_in([v.lower() for v in question.values])
    marked = rows.select("nip", selected=nw.when(chosen).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64))
    if question.pool:
        others = engine.read(question.pool, PEOPLE).select("nip", selected=nw.lit(0).cast(nw.Int64))
        marked = nw.concat([marked, others])
    frame = marked.group_by("nip").agg(selected=nw.col("selected").max())
    for path in question.attributes:
        frame = _with_attributes(frame, engine.read(path, HOLDERS))
    age = (nw.lit(date_number(on)) - nw.col("birth_date")) // 10000
    return frame.with_columns(age_band=lookup_step(age, _bands(rules)))


def _with_attributes(frame: Frame, holders: Frame) -> Frame:
    """The attributes of a file, where an earlier one does not give them."""
    names = ("birth_date", *TEXTS)
    found = holders.group_by("nip").agg(**{f"own_{name}": nw.col(name).max() for name in names})
    joined = frame.join(found, on="nip", how="left")
    have = joined.collect_schema().names()
    return joined.with_columns(
        **{
            name: nw.coalesce(name, f"own_{name}") if name in have else nw.col(f"own_{name}")
            for name in names
        }
    ).drop(*(f"own_{name}" for name in names))


def _bands(rules: FairnessRules) -> list[tuple[int, str]]:
    """Lower bounds, descending, with the names of the bands: “<35”, “35-44”, ..., “>=55”."""
    bounds = rules.age_bands
    names = [f"{low}-{high - 1}" for low, high in pairwise(bounds)]
    names = [f"<{bounds[0]}", *names, f">={bounds[-1]}"]
    return list(reversed(list(zip((0, *bounds), names, strict=True))))
