"""How one person's figures came about, step by step, with the rules and their sources.

Computed by the functions for single people from what the tables know of somebody: rows that
`population/explain.py` finds, and the facts of them. The tables' expressions give the same to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from sipinter.merit.data.fact_rules import FactWindows
from sipinter.merit.data.tables import GRADES, RATINGS
from sipinter.merit.engine.dates import date_of
from sipinter.merit.person.competence import competence_row, job_person_match
from sipinter.merit.person.facts import PersonRows, Row, code_at, fact_of
from sipinter.merit.person.professionalism import competence_points, index_person, training_facts
from sipinter.merit.person.retirement import retirement_date
from sipinter.merit.person.talent import (
    POTENTIAL_MAX,
    Axis,
    PersonMap,
    has_expired_assessment,
    map_person,
    part_worth,
)
from sipinter.rules.messages import Message
from sipinter.rules.model import Text
from sipinter.rules.sets.catalog import rules_for
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP
from sipinter.rules.sets.model import (
    AxisPart,
    CompetenceRules,
    PerformanceRules,
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


@dataclass(frozen=True, slots=True)
class PersonRules:
    """The rule sets by which one person is computed."""

    talent: TalentRules
    performance: PerformanceRules
    professionalism: ProfessionalismRules
    competence: CompetenceRules
    retirement: RetirementRules

    @classmethod
    def in_force(cls, on: date, talent_id: str | None = None) -> PersonRules:
        """Those of a day; the talent map's by its id where one is given. Refusal where there are none."""
        return cls(
            rules_for(TalentRules, on, talent_id),
            rules_for(PerformanceRules, on),
            rules_for(ProfessionalismRules, on),
            rules_for(CompetenceRules, on),
            rules_for(RetirementRules, on),
        )


def explain_rows(rows: PersonRows, rules: PersonRules, on: date) -> Explanation:
    """One person explained from the rows of the tables (as for `fact_of` and `competence_row`)."""
    fact = fact_of(rows, FactWindows.of(rules.talent, on), rules.performance)
    competence = competence_row(rows, rules.competence, on) if "assessment" in rows else None
    return explain_facts(fact, competence, rows["employee"][0].get("birth_date"), rules, on)


def explain_facts(
    fact: Row, competence: Row | None, birth: int | None, rules: PersonRules, on: date
) -> Explanation:
    """One person explained from its facts, its row of competences (None: no assessments are kept) and birth.

    `birth` as it stands in a frame, YYYYMMDD; None where it is not known.
    """
    tier = str(fact["tier"])
    sections = (
        *explain_talent(rules.talent, fact),
        explain_professionalism(rules.professionalism, fact),
        explain_competence(rules.competence, competence),
        explain_retirement(rules.retirement, None if birth is None else date_of(birth), tier),
    )
    return Explanation(fact["nip"], tier, on, sections)


def explain_talent(
    rules: TalentRules, fact: Row
) -> tuple[ExplanationSection, ExplanationSection, ExplanationSection]:
    """Performance, potential, and the box and talent value that follow."""
    found = map_person(rules, fact)
    performance = _axis("performance", Message("Performance (Y)"), rules, found)
    potential = _axis("potential", Message("Potential (X)"), rules, found)
    if has_expired_assessment(fact):
        day = date_of(fact["assessed_on"])
        potential.notes.append(Message("the assessment of {day} is too old", day=day))
    box = ExplanationSection("box", Message("Box and talent value"), rules.header)
    placed = found.placement
    if placed is None:
        box.notes.append(Message("no box: missing are {parts}", parts=", ".join(found.missing)))
        return performance, potential, box
    performance.results["level"] = placed.performance_level
    potential.results["level"] = placed.potential_level
    box.steps = [
        _share("performance", placed.performance_level, placed.performance, rules.performance_share),
        _share("potential", placed.potential_level, placed.potential, rules.potential_share),
    ]
    box.results = {"box": placed.box, "talent_value": placed.talent_value}
    box.texts = placed.follow_up
    box.notes.append(
        Message("levels: middle from {middle}, top from {top}", middle=rules.middle, top=rules.top)
    )
    if found.target_value is not None and found.technical is not None:
        tier = fact["target_tier"]
        talent, technical = rules.target_posts[tier]
        box.steps += [
            _share("target_talent", tier, placed.talent_value, talent),
            _share("target_technical", tier, found.technical, technical),
        ]
        box.results["target_value"] = found.target_value
    return performance, potential, box


def _share(part: str, value: str, worth: Fraction, weight: Fraction) -> ExplanationStep:
    return ExplanationStep(part, value, worth, weight, worth * weight)


def _axis(code: str, title: Message, rules: TalentRules, found: PersonMap) -> ExplanationSection:
    section = ExplanationSection(code, title, rules.header)
    parts: tuple[AxisPart, ...] = getattr(rules, code)
    axis: Axis = getattr(found, code)
    values = found.values
    for part in parts:
        value = values.get(part.code)
        known = axis.parts[part.code]
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
    section.results[code] = axis.figure
    return section


def explain_professionalism(rules: ProfessionalismRules, fact: Row) -> ExplanationSection:
    """The four dimensions of the index."""
    section = ExplanationSection("professionalism", Message("Professionalism index"), rules.header)
    found = index_person(rules, fact)
    education = code_at(EDUCATION, fact["education"])
    section.steps = [
        _dimension("qualification", education, found.qualification),
        _trained(rules, fact),
        _dimension("performance", code_at(RATINGS, fact["rating"]), found.performance),
        _dimension("discipline", code_at(GRADES, fact["grade"]), found.discipline),
    ]
    category = found.category(rules)
    section.results = {"index": found.total, "category": category.code if category else None}
    return section


def _dimension(part: str, value: str | None, points: Fraction | None) -> ExplanationStep:
    note = None if points is not None else Message("not known; no index without it")
    return ExplanationStep(part, value, points=points, note=note)


def _trained(rules: ProfessionalismRules, fact: Row) -> ExplanationStep:
    """Training of the post, technical hours, seminar."""
    trainings = training_facts(fact)
    found, group = competence_points(rules, **trainings), trainings["group"]
    if found is None:
        return ExplanationStep("competence", None, note=Message("not known; no index without it"))
    own = (
        code_at(LEADERSHIP, fact["leadership"])
        if group == "structural"
        else _yes_or_no(trainings["training"])
    )
    inner = (
        ExplanationStep("own_training", own, points=found.training),
        ExplanationStep("technical_hours", trainings["technical_hours"], points=found.technical),
        ExplanationStep("seminar", _yes_or_no(trainings["seminar"]), points=found.seminar),
    )
    return ExplanationStep("competence", group, points=found.total, inner=inner)


def _yes_or_no(holds: bool) -> str:
    return "yes" if holds else "no"


def explain_competence(rules: CompetenceRules, row: Row | None) -> ExplanationSection:
    """The job person match of a row of competences; None where the staff has no assessments."""
    section = ExplanationSection("competence", Message("Job person match"), rules.header)
    if row is None or row["assessed_on"] is None or not row["required"]:
        section.notes.append(Message("no assessment"))
        return section
    found = job_person_match(rules, row["reached"], row["required"])
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
    if tier not in rules.ages:
        known = ", ".join(rules.ages)
        section.notes.append(
            Message("{what}: “{value}” is not one of: {known}", what="tier", value=tier, known=known)
        )
        return section
    section.steps = [
        ExplanationStep("birth_date", birth.isoformat()),
        ExplanationStep("retirement_age", rules.ages[tier]),
    ]
    section.results = {"retires_on": retirement_date(rules, birth, tier).isoformat()}
    section.notes.append(Message("the first day of the month after the birthday"))
    return section
