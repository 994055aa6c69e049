"""One person's professionalism index (IP-ASN, PermenPANRB 38/2018, Peraturan BKN 8/2019)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TypedDict

from sipinter.merit.data.fact_rules import IDENTITY
from sipinter.merit.data.tables import GRADES, RATINGS
from sipinter.merit.engine.exact import optional_units
from sipinter.merit.person.facts import Row, code_at
from sipinter.rules.sets.codes import EDUCATION, LEADERSHIP, TIERS, post_group
from sipinter.rules.sets.model import ProfessionalismRules, ScoreBand, find_band

# The leadership training that a structural tier asks for; a higher one covers it.
LEADERSHIP_OF = {
    "pengawas": "pkp",
    "administrator": "pka",
    "jpt_pratama": "pkn_ii",
    "jpt_madya": "pkn_i",
    "jpt_utama": "pkn_i",
}


@dataclass(frozen=True, slots=True)
class ProfessionalismIndex:
    """The four dimensions, each None where it is not known, and their sum."""

    qualification: Fraction | None
    competence: Fraction | None
    performance: Fraction | None
    discipline: Fraction | None

    @property
    def total(self) -> Fraction | None:
        parts = (self.qualification, self.competence, self.performance, self.discipline)
        known = [part for part in parts if part is not None]
        return sum(known, Fraction(0)) if len(known) == len(parts) else None

    def category(self, rules: ProfessionalismRules) -> ScoreBand | None:
        return None if self.total is None else find_band(rules.categories, self.total)


@dataclass(frozen=True, slots=True)
class CompetencePoints:
    """What the trainings of somebody bring."""

    training: Fraction
    technical: Fraction
    seminar: Fraction

    @property
    def total(self) -> Fraction:
        return self.training + self.technical + self.seminar


def competence_points(
    rules: ProfessionalismRules,
    *,
    group: str | None,
    training: bool,
    technical_hours: int | None,
    seminar: bool,
) -> CompetencePoints | None:
    """The points of a group of posts; None where the group or the trainings are not known.

    `training` is the leadership or functional training of the post.
    """
    if group is None or technical_hours is None:
        return None
    points = rules.groups[group]
    return CompetencePoints(
        points.training * training,
        points.technical * (technical_hours >= rules.technical_hours),
        points.seminar * seminar,
    )


def professionalism_index(
    rules: ProfessionalismRules,
    *,
    group: str | None,
    education: str | None,
    training: bool,
    technical_hours: int | None,
    seminar: bool,
    rating: str | None,
    discipline: str | None,
) -> ProfessionalismIndex:
    """The index of one person (arguments as of `competence_points`); a code without points is not known."""
    competence = competence_points(
        rules, group=group, training=training, technical_hours=technical_hours, seminar=seminar
    )
    return ProfessionalismIndex(
        qualification=_points_of(rules.qualification, education),
        competence=None if competence is None else competence.total,
        performance=_points_of(rules.performance, rating),
        discipline=_points_of(rules.discipline, discipline),
    )


def _points_of(table: Mapping[str, Fraction], code: str | None) -> Fraction | None:
    return None if code is None else table.get(code)


class TrainingFacts(TypedDict):
    """What `competence_points` asks."""

    group: str | None
    training: bool
    technical_hours: int | None
    seminar: bool


def training_facts(fact: Row) -> TrainingFacts:
    """A person's group of posts and trainings; the group is None for a tier that is no code.

    A structural tier asks for its leadership training, any other for a functional one.
    """
    tier = fact["tier"]
    return {
        "group": post_group(tier) if tier in TIERS else None,
        "training": (fact["leadership"] or 0) >= LEADERSHIP.index(LEADERSHIP_OF[tier])
        if tier in LEADERSHIP_OF
        else fact["functional"] == 1,
        "technical_hours": fact["technical_hours"],
        "seminar": fact["seminar"] == 1,
    }


def index_person(rules: ProfessionalismRules, fact: Row) -> ProfessionalismIndex:
    """The index of the facts of one person (`facts.fact_of`); what is not known is None."""
    return professionalism_index(
        rules,
        education=code_at(EDUCATION, fact["education"]),
        rating=code_at(RATINGS, fact["rating"]),
        discipline=code_at(GRADES, fact["grade"]),
        **training_facts(fact),
    )


def professionalism_row(fact: Row, rules: ProfessionalismRules) -> dict[str, int | str | None]:
    """The row that `staff_professionalism` has of a person: figures in units of 10**-7."""
    found = index_person(rules, fact)
    dimensions = asdict(found)
    category = found.category(rules)
    return {
        **{name: fact[name] for name in IDENTITY},
        "group": training_facts(fact)["group"],
        **{name: optional_units(points) for name, points in dimensions.items()},
        "index": optional_units(found.total),
        "category": category.code if category else None,
        "missing": ";".join(name for name, points in dimensions.items() if points is None),
    }
