"""One person's professionalism index (IP-ASN, PermenPANRB 38/2018, Peraturan BKN 8/2019)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

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
    points = rules.groups[group]
    competence = (
        points.training * training
        + points.technical * (technical_hours >= rules.technical_hours)
        + points.seminar * seminar
    )
    return ProfessionalismIndex(
        qualification=None if education is None else rules.qualification[education],
        competence=competence,
        performance=None if rating is None else rules.performance[rating],
        discipline=rules.discipline[discipline],
    )
