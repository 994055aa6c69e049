"""Computations from a folder to a file: what every output carries, and its denominators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.fact_rules import IDENTITY, FactWindows
from sipinter.merit.data.prepared_facts import load_facts, write_facts
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Engine, Frame
from sipinter.merit.engine.choice import open_engine
from sipinter.merit.engine.output import check_output, write_meta
from sipinter.merit.population import competence, professionalism, talent
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import CompetenceRules, PerformanceRules, ProfessionalismRules, TalentRules

INDEX_FIGURES = (*(f"index_{name}" for name in professionalism.DIMENSIONS), "index")


@dataclass(frozen=True, slots=True)
class StaffReport:
    """A computed frame and what is needed to write it; `decided` is the column whose nulls count."""

    staff: Staff
    frame: Frame
    rules_id: str
    on: date
    figures: list[str]
    order: tuple[str, ...]
    decided: str
    summed: tuple[str, ...] = ()
    rows_are: str = "employees"

    def completeness(self) -> dict[str, Any]:
        """Denominators: employees, how many have a result, how often each part was missing."""
        counted = self.staff.engine.rows(
            self.frame.select(
                rows=nw.len(),
                decided=nw.col(self.decided).count(),
                **{name: nw.col(name).sum() for name in self.summed},
            )
        )[0]
        found: dict[str, Any] = {
            self.rows_are: int(counted["rows"]),
            f"with_{self.decided}": int(counted["decided"]),
            **{name: int(counted[name] or 0) for name in self.summed},
        }
        if "missing" in self.frame.collect_schema().names():
            found["missing"] = self._missing()
        return found

    def _missing(self) -> dict[str, int]:
        groups = self.staff.engine.rows(
            self.frame.filter(nw.col("missing") != "").group_by("missing").agg(people=nw.len())
        )
        found: dict[str, int] = {}
        for group in groups:
            for part in str(group["missing"]).split(";"):
                found[part] = found.get(part, 0) + int(group["people"])
        return dict(sorted(found.items()))

    def write(self, path: Path) -> dict[str, Any]:
        """Writes the file and FILE.meta.json; gives the latter's content."""
        check_output(path)
        meta = {
            "rule_id": self.rules_id,
            "on": self.on.isoformat(),
            "input_sha256": self.staff.input_sha256(),
            "tables": {name: file.name for name, file in sorted(self.staff.used.items())},
            "completeness": self.completeness(),
        }
        marked = self.frame.with_columns(rule_id=nw.lit(self.rules_id), on=nw.lit(self.on.isoformat()))
        self.staff.engine.write(marked, path, self.figures, self.order)
        write_meta(path, meta)
        return meta


def map_report(
    folder: Path, on: date, rules_id: str | None = None, engine: Engine | None = None
) -> StaffReport:
    """The nine boxes of the staff in a folder."""
    rules = rules_for(TalentRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    known = load_facts(staff, FactWindows.of(rules, on), rules_for(PerformanceRules, on))
    frame = staff.engine.keep(talent.map_boxes(known, rules))
    figures = talent.talent_map_figures(rules)
    return StaffReport(
        staff, frame, rules.header.id, on, figures, ("nip",), "box", summed=("assessment_expired",)
    )


def measure_report(
    folder: Path, on: date, rules_id: str | None = None, engine: Engine | None = None
) -> StaffReport:
    """Boxes and professionalism in one pass: the columns of `map`, then those of the index as `index_*`."""
    rules, index = rules_for(TalentRules, on, rules_id), rules_for(ProfessionalismRules, on)
    staff = Staff(folder, engine or open_engine())
    known = load_facts(staff, FactWindows.of(rules, on), rules_for(PerformanceRules, on))
    frame = staff.engine.keep(measure_staff(known, rules, index))
    figures = [*talent.talent_map_figures(rules), *INDEX_FIGURES]
    identity = f"{rules.header.id}+{index.header.id}"
    return StaffReport(staff, frame, identity, on, figures, ("nip",), "box", summed=("assessment_expired",))


def measure_staff(facts: Frame, rules: TalentRules, index: ProfessionalismRules) -> Frame:
    """Both results of every employee, side by side."""
    both = professionalism.add_professionalism(talent.add_boxes(facts, rules), index)
    boxes = (nw.col(f"map_{name}").alias(name) for name in talent.talent_map_columns(rules))
    return both.select(*IDENTITY, *boxes, "group", *INDEX_FIGURES, "index_category", "index_missing")


def prepare_facts(
    folder: Path, on: date, rules_id: str | None = None, engine: Engine | None = None
) -> dict[str, Any]:
    """Computes the facts of a day once, for every later computation of that day."""
    rules = rules_for(TalentRules, on, rules_id)
    return write_facts(folder, FactWindows.of(rules, on), rules_for(PerformanceRules, on), engine)


def professionalism_report(
    folder: Path,
    on: date,
    rules_id: str | None = None,
    engine: Engine | None = None,
    *,
    agencies: bool = False,
) -> StaffReport:
    """The professionalism index of the staff in a folder, or of its agencies."""
    rules = rules_for(ProfessionalismRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    known = load_facts(staff, FactWindows(on), rules_for(PerformanceRules, on), professionalism.TABLES)
    frame = staff.engine.keep(professionalism.staff_professionalism(known, rules))
    if agencies:
        means = professionalism.professionalism_by_agency(frame)
        return StaffReport(staff, means, rules.header.id, on, ["index"], ("agency",), "index")
    return StaffReport(staff, frame, rules.header.id, on, professionalism.FIGURES, ("nip",), "index")


def competence_report(
    folder: Path, on: date, rules_id: str | None = None, engine: Engine | None = None
) -> StaffReport:
    """JPM, gaps, categories and validity of the staff in a folder."""
    rules = rules_for(CompetenceRules, on, rules_id)
    staff = Staff(folder, engine or open_engine())
    frame = staff.engine.keep(competence.staff_competences(staff, rules, on))
    return StaffReport(staff, frame, rules.header.id, on, ["jpm"], ("nip",), "jpm", summed=("valid",))
