"""How one person's figures came about, step by step, with the rules and their sources.

Computed by the functions for single people from what the tables know of somebody: a row of `data/facts.py`,
which `population/explain.py` finds. The tables' expressions give the same to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sipinter.merit.data.tables import GRADES, RATINGS
from sipinter.merit.engine.dates import date_of
from sipinter.merit.engine.table import MILLIONTHS
from sipinter.merit.person import box, professionalism
from sipinter.merit.person import competence as jpm
from sipinter.merit.person.professionalism import LEADERSHIP_OF
from sipinter.merit.person.retirement import retirement_date
from sipinter.merit.person.talent import FACTS, POTENTIAL_MAX, RANKS, Axis, Value, compute_axis, part_worth
from sipinter.rules.messages import Message
from sipinter.rules.model import Text
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP, post_group
from sipinter.rules.sets.model import (
    AxisPart,
    CompetenceRules,
    ProfessionalismRules,
    RetirementRules,
    RuleSetHeader,
    TalentRules,
)

Figure = Fraction | int | str | None


@dataclass(frozen=True, slots=True)
class ExplanationStep:
    """One part: what is known (`value`), what it is worth (0-100), its weight, the points it brings.

    A part without a worth is missing; `note` says what follows.
    """

    part: str
    value: Figure
    worth: Fraction | None = None
    weight: Fraction | None = None
    points: Fraction | None = None
    note: Message | None = None
    inner: tuple[ExplanationStep, ...] = ()


@dataclass(slots=True)
class ExplanationSection:
    """One computation: its rules, its steps in order, and what comes out."""

    code: str
    title: Message
    rules: RuleSetHeader
    steps: list[ExplanationStep] = field(default_factory=list)
    results: dict[str, Figure] = field(default_factory=dict)
    texts: tuple[Text, ...] = ()
    notes: list[Message] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that was computed of one person on a day."""

    nip: int
    tier: str
    on: date
    sections: tuple[ExplanationSection, ...]

    def section(self, code: str) -> ExplanationSection:
        return next(section for section in self.sections if section.code == code)


def _values(fact: Mapping[str, Any]) -> dict[str, Value]:
    values: dict[str, Value] = {
        name: _code(name, fact[FACTS.get(name, name)]) for name in RANKS if name != "discipline"
    }
    values |= {"development": fact["hours"], "tenure": fact["tenure"], "potential": fact["potential"]}
    values["assessment"] = None if fact["jpm"] is None else Fraction(fact["jpm"], MILLIONTHS)
    values["discipline"] = "being_served" if fact["serving"] else _code("discipline", fact["grade"])
    return values


def _code(name: str, rank: int | None) -> str | None:
    return None if rank is None else RANKS[name][rank]


def explain_talent(
    rules: TalentRules, fact: Mapping[str, Any]
) -> tuple[ExplanationSection, ExplanationSection, ExplanationSection]:
    """Performance, potential, and the box and talent value that follow."""
    values = _values(fact)
    y, x = compute_axis(rules.performance, values), compute_axis(rules.potential, values)
    performance = _axis(
        ExplanationSection("performance", Message("Performance (Y)"), rules.header),
        rules.performance,
        values,
        y,
    )
    potential = _axis(
        ExplanationSection("potential", Message("Potential (X)"), rules.header), rules.potential, values, x
    )
    if fact["assessed_on"] is not None and fact["jpm"] is None:
        day = date_of(fact["assessed_on"])
        potential.notes.append(Message("the assessment of {day} is too old", day=day))
    placed = ExplanationSection("box", Message("Box and talent value"), rules.header)
    if y.figure is None or x.figure is None:
        placed.notes.append(Message("no box: missing are {parts}", parts=", ".join((*y.missing, *x.missing))))
        return performance, potential, placed
    found = box.place_in_box(rules, y.figure, x.figure)
    performance.results["level"], potential.results["level"] = found.performance_level, found.potential_level
    placed.steps = [
        ExplanationStep(
            "performance",
            found.performance_level,
            y.figure,
            rules.performance_share,
            y.figure * rules.performance_share,
        ),
        ExplanationStep(
            "potential",
            found.potential_level,
            x.figure,
            rules.potential_share,
            x.figure * rules.potential_share,
        ),
    ]
    placed.results = {"box": found.box, "talent_value": found.talent_value}
    placed.texts = found.follow_up
    placed.notes.append(
        Message("levels: middle from {middle}, top from {top}", middle=rules.middle, top=rules.top)
    )
    _target(placed, rules, fact, found.talent_value)
    return performance, potential, placed


def _target(placed: ExplanationSection, rules: TalentRules, fact: Mapping[str, Any], value: Fraction) -> None:
    tier = fact["target_tier"]
    if tier not in rules.target_posts or fact["technical"] is None:
        return
    technical = Fraction(fact["technical"], MILLIONTHS)
    talent, weight = rules.target_posts[tier]
    placed.steps += [
        ExplanationStep("target_talent", tier, value, talent, value * talent),
        ExplanationStep("target_technical", tier, technical, weight, technical * weight),
    ]
    placed.results["target_value"] = box.target_value(rules, tier, value, technical)


def _axis(
    section: ExplanationSection, parts: tuple[AxisPart, ...], values: Mapping[str, Value], found: Axis
) -> ExplanationSection:
    for part in parts:
        value = values.get(part.code)
        known = found.parts[part.code]
        note = None
        if known is None:
            note = (
                Message("not known; counts 0")
                if part.missing == "zero"
                else Message("not known; no axis without it")
            )
        inner = tuple(
            ExplanationStep(i.code, values.get(i.code), part_worth(i, values)) for i in part.mean_of
        )
        points = None if known is None else known * part.weight
        shown = (
            Message("{sum} of {max}", sum=value, max=POTENTIAL_MAX)
            if part.code == "potential" and value
            else value
        )
        section.steps.append(ExplanationStep(part.code, shown, known, part.weight, points, note, inner))
    section.results[section.code] = found.figure
    return section


def explain_professionalism(rules: ProfessionalismRules, fact: Mapping[str, Any]) -> ExplanationSection:
    """The four dimensions of the index."""
    tier, group = fact["tier"], post_group(fact["tier"])
    section = ExplanationSection("professionalism", Message("Professionalism index"), rules.header)
    education = None if fact["education"] is None else EDUCATION[fact["education"]]
    rating = None if fact["rating"] is None else RATINGS[fact["rating"]]
    section.steps.append(_dimension("qualification", education, rules.qualification))
    competence = _trained(rules, fact, tier, group)
    section.steps.append(competence)
    section.steps.append(_dimension("performance", rating, rules.performance))
    grade = None if fact["grade"] is None else GRADES[fact["grade"]]
    section.steps.append(_dimension("discipline", grade, rules.discipline))
    parts = professionalism.ProfessionalismIndex(*(step.points for step in section.steps))
    category = parts.category(rules)
    section.results = {"index": parts.total, "category": category.code if category else None}
    return section


def _dimension(part: str, value: str | None, points: Mapping[str, Fraction]) -> ExplanationStep:
    found = None if value is None else points.get(value)
    return ExplanationStep(
        part,
        value,
        points=found,
        note=None if found is not None else Message("not known; no index without it"),
    )


def _trained(rules: ProfessionalismRules, fact: Mapping[str, Any], tier: str, group: str) -> ExplanationStep:
    """Training of the post, technical hours, seminar."""
    if fact["technical_hours"] is None:
        return ExplanationStep("competence", None, note=Message("not known; no index without it"))
    points = rules.groups[group]
    if group == "structural":
        own = fact["leadership"] >= LEADERSHIP.index(LEADERSHIP_OF[tier])
        value = LEADERSHIP[fact["leadership"]]
    else:
        own, value = fact["functional"] == 1, "yes" if fact["functional"] == 1 else "no"
    hours = fact["technical_hours"]
    inner = (
        ExplanationStep("own_training", value, points=points.training * own),
        ExplanationStep("technical_hours", hours, points=points.technical * (hours >= rules.technical_hours)),
        ExplanationStep(
            "seminar", "yes" if fact["seminar"] == 1 else "no", points=points.seminar * (fact["seminar"] == 1)
        ),
    )
    return ExplanationStep(
        "competence", group, points=sum((i.points or Fraction(0) for i in inner), Fraction(0)), inner=inner
    )


def explain_competence(rules: CompetenceRules, row: Mapping[str, Any] | None) -> ExplanationSection:
    """The job person match of a row of competences; None where the staff has no assessments."""
    section = ExplanationSection("competence", Message("Job person match"), rules.header)
    if row is None or row["assessed_on"] is None or not row["required"]:
        section.notes.append(Message("no assessment"))
        return section
    found = jpm.job_person_match(rules, row["reached"], row["required"])
    section.steps = [
        ExplanationStep("reached", row["reached"]),
        ExplanationStep("required", row["required"]),
        ExplanationStep("gap", found.gap),
        *(
            ExplanationStep(f"gap_{c.code}", row[f"gap_{c.code}"])
            for c in rules.competences
            if row[f"gap_{c.code}"] is not None
        ),
    ]
    section.results = {
        "jpm": found.percent,
        "filling": found.filling.code,
        "mapping": found.mapping.code,
        "valid": row["valid"],
    }
    section.notes.append(
        Message.plural(
            "assessed on {day}; valid for {count} year",
            "assessed on {day}; valid for {count} years",
            day=date_of(row["assessed_on"]),
            count=rules.validity_years,
        )
    )
    return section


def explain_retirement(rules: RetirementRules, birth: date | None, tier: str) -> ExplanationSection:
    """The day of retirement of somebody in a tier."""
    section = ExplanationSection("retirement", Message("Retirement"), rules.header)
    if birth is None:
        section.notes.append(Message("the date of birth is not known"))
        return section
    section.steps = [
        ExplanationStep("birth_date", birth.isoformat()),
        ExplanationStep("retirement_age", rules.ages[tier]),
    ]
    section.results = {"retires_on": retirement_date(rules, birth, tier).isoformat()}
    section.notes.append(Message("the first day of the month after the birthday"))
    return section
