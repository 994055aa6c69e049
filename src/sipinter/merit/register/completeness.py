"""Denominators of a folder of staff tables: who lacks what, by agency and tier."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.facts import employee_facts
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import PerformanceRules, TalentRules


def count_completeness(folder: Path, on: date) -> dict[str, Any]:
    """Employees in all, by agency and by tier, and how many of them lack each thing on a day."""
    staff = Staff.from_folder(folder)
    known = employee_facts(
        staff, FactWindows.of(rules_for(TalentRules, on), on), rules_for(PerformanceRules, on)
    )
    frame = staff.engine.keep(known)
    return {
        "tables_missing": [name for name in OPTIONAL if staff.path(name) is None],
        "all": _counted(staff, frame, None)[0],
        "by_agency": _by(staff, frame, "agency"),
        "by_tier": _by(staff, frame, "tier"),
        "by_agency_and_tier": _counted(staff, frame, ("agency", "tier")),
    }


OPTIONAL = ("rating", "award", "assignment", "assessment", "potential", "training", "discipline")


def _by(staff: Staff, frame: Frame, key: str) -> dict[str, dict[str, int]]:
    return {str(row.pop(key)): row for row in _counted(staff, frame, (key,))}


def _counted(staff: Staff, frame: Frame, keys: tuple[str, ...] | None) -> list[dict[str, Any]]:
    lacking = {
        "no_assessment": nw.col("assessed_on").is_null(),
        "assessment_expired": ~nw.col("assessed_on").is_null() & nw.col("jpm").is_null(),
        "no_rating_last_year": nw.col("rating").is_null(),
        "no_potential": nw.col("potential").is_null(),
        "no_education": nw.col("education").is_null(),
        "no_tenure": nw.col("tenure").is_null(),
        "no_breadth": nw.col("breadth").is_null(),
    }
    flags = {
        name: nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64)
        for name, condition in lacking.items()
    }
    marked = frame.select("agency", "tier", **flags)
    counts = {"employees": nw.len(), **{name: nw.col(name).sum() for name in flags}}
    grouped = marked.select(**counts) if keys is None else marked.group_by(*keys).agg(**counts)
    rows = staff.engine.rows(grouped)
    whole = [
        {name: int(value or 0) if name in counts else value for name, value in row.items()} for row in rows
    ]
    return sorted(whole, key=lambda row: tuple(str(row[key]) for key in keys or ()))
