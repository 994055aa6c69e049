"""One employee, found in the tables of a staff and explained by the functions of `person/explain.py`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import narwhals as nw

from sipinter.merit.data.facts import FactWindows, employee_facts
from sipinter.merit.data.staff import Staff
from sipinter.merit.engine.base import Frame
from sipinter.merit.engine.dates import date_of
from sipinter.merit.person.explain import (
    Explanation,
    ExplanationSection,
    explain_competence,
    explain_professionalism,
    explain_retirement,
    explain_talent,
)
from sipinter.merit.population.competence import staff_competences
from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.model import (
    CompetenceRules,
    PerformanceRules,
    ProfessionalismRules,
    RetirementRules,
    TalentRules,
)


def explain_person(folder: Path, nip: int, on: date, rules_id: str | None = None) -> Explanation:
    """The map (by `rules_id`), professionalism, competence and retirement of one employee.

    Refusal when nobody in the folder has that number.
    """
    talent = rules_for(TalentRules, on, rules_id)
    staff = Staff.from_folder(folder)
    known = employee_facts(staff, FactWindows.of(talent, on), rules_for(PerformanceRules, on))
    fact = _row(staff, known, nip)
    if fact is None:
        raise Refusal(Message("{path}: nobody has the number {nip}", path=folder, nip=nip))
    tier = str(fact["tier"])
    sections = (
        *explain_talent(talent, fact),
        explain_professionalism(rules_for(ProfessionalismRules, on), fact),
        _competence(staff, nip, on),
        explain_retirement(rules_for(RetirementRules, on), _birth(staff, nip), tier),
    )
    return Explanation(nip, tier, on, sections)


def _competence(staff: Staff, nip: int, on: date) -> ExplanationSection:
    rules = rules_for(CompetenceRules, on)
    if staff.path("assessment") is None:
        return explain_competence(rules, None)
    return explain_competence(rules, _row(staff, staff_competences(staff, rules, on), nip))


def _birth(staff: Staff, nip: int) -> date | None:
    row = _row(staff, staff.need("employee").select("nip", "birth_date"), nip)
    return None if row is None or row["birth_date"] is None else date_of(row["birth_date"])


def _row(staff: Staff, frame: Frame, nip: int) -> Mapping[str, Any] | None:
    return next(iter(staff.engine.rows(frame.filter(nw.col("nip") == nip))), None)
