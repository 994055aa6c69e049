"""The nine boxes and the professionalism index of a whole staff, side by side in one pass."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from sipinter.merit.data.fact_rules import IDENTITY, FactWindows
from sipinter.merit.data.prepared_facts import load_facts
from sipinter.merit.data.result import Result, make_result
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.population import professionalism, talent
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import PerformanceRules, ProfessionalismRules, TalentRules

INDEX_FIGURES = (*(f"index_{name}" for name in professionalism.DIMENSIONS), "index")


def compute_measures(staff: Staff, on: date, rules_id: str | None = None) -> Result:
    """The columns of the talent map (by `rules_id`), then those of the index as `index_*`."""
    rules, index = rules_for(TalentRules, on, rules_id), rules_for(ProfessionalismRules, on)
    facts = load_facts(staff, FactWindows.of(rules, on), rules_for(PerformanceRules, on))
    frame = staff.engine.keep(measure_staff(facts, rules, index))
    return make_result(
        staff,
        frame,
        f"{rules.header.id}+{index.header.id}",
        on,
        decided="box",
        figures=[*talent.talent_map_figures(rules), *INDEX_FIGURES],
        summed=("assessment_expired",),
    )


def measure_staff(facts: Frame, rules: TalentRules, index: ProfessionalismRules) -> Frame:
    """Both results of every employee, side by side."""
    both = professionalism.add_professionalism(talent.add_boxes(facts, rules), index)
    boxes = (nw.col(f"map_{name}").alias(name) for name in talent.talent_map_columns(rules))
    return both.select(*IDENTITY, *boxes, "group", *INDEX_FIGURES, "index_category", "index_missing")
