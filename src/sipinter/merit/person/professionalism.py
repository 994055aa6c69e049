"""One person's professionalism index (IP-ASN, PermenPANRB 38/2018, Peraturan BKN 8/2019)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction

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
    rules: ProfessionalismRules, group: str, *, training: bool, technical_hours: int, seminar: bool
) -> CompetencePoints:
    """The points of a group of posts; `training` is the leadership or functional training of the post."""
    points = rules.groups[group]
    return CompetencePoints(
        points.training * training,
        points.technical * (technical_hours >= rules.technical_hours),
        points.seminar * seminar,
    )


def professionalism_index(
    rules: ProfessionalismRules,
    *,
    group: str,
    education: str | None,
    training: bool,
    technical_hours: int,
    seminar: bool,
    rating: str | None,
    discipline: str,
) -> ProfessionalismIndex:
    """The index of one person; `training` is the leadership or functional training of the post."""
    competence = competence_points(
        rules, group, training=training, technical_hours=technical_hours, seminar=seminar
    )
    return ProfessionalismIndex(
        qualification=None if education is None else rules.qualification[education],
        competence=competence.total,
        performance=None if rating is None else rules.performance[rating],
        discipline=rules.discipline[discipline],
    )


def known_group(fact: Row) -> str | None:
    """The group of posts of a person's tier; None for a tier that is no code."""
    return post_group(fact["tier"]) if fact["tier"] in TIERS else None


def trained_for_post(fact: Row) -> bool:
    """Has the person the leadership training of its tier, or else a functional one?"""
    if fact["tier"] in LEADERSHIP_OF:
        trained: bool = fact["leadership"] >= LEADERSHIP.index(LEADERSHIP_OF[fact["tier"]])
        return trained
    return bool(fact["functional"] == 1)


def known_competence(rules: ProfessionalismRules, fact: Row) -> CompetencePoints | None:
    """The points of a person's trainings; None where these, or its group of posts, are not known."""
    group = known_group(fact)
    if group is None or fact["technical_hours"] is None:
        return None
    return competence_points(
        rules,
        group,
        training=trained_for_post(fact),
        technical_hours=fact["technical_hours"],
        seminar=fact["seminar"] == 1,
    )


def index_person(rules: ProfessionalismRules, fact: Row) -> ProfessionalismIndex:
    """The index of the facts of one person (`facts.fact_of`); what is not known is None."""
    competence = known_competence(rules, fact)

    def points(table: Mapping[str, Fraction], codes: tuple[str, ...], name: str) -> Fraction | None:
        return table.get(code_at(codes, fact[name]) or "")

    return ProfessionalismIndex(
        qualification=points(rules.qualification, EDUCATION, "education"),
        competence=None if competence is None else competence.total,
        performance=points(rules.performance, RATINGS, "rating"),
        discipline=points(rules.discipline, GRADES, "grade"),
    )


def professionalism_row(fact: Row, rules: ProfessionalismRules) -> dict[str, int | str | None]:
    """The row that `staff_professionalism` has of a person: figures in units of 10**-7."""
    found = index_person(rules, fact)
    dimensions = asdict(found)
    category = found.category(rules)
    return {
        **{name: fact[name] for name in IDENTITY},
        "group": known_group(fact),
        **{name: optional_units(points) for name, points in dimensions.items()},
        "index": optional_units(found.total),
        "category": category.code if category else None,
        "missing": ";".join(name for name, points in dimensions.items() if points is None),
    }
