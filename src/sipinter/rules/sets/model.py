"""What the rule sets consist of: frozen values, as read from their YAML files. Figures are exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from sipinter.rules.model import LegalSource, Text

Kind = Literal[
    "talent",
    "professionalism",
    "competence",
    "workload",
    "retirement",
    "incentive",
    "performance",
    "discipline",
    "selection",
    "identity",
    "fairness",
    "open_selection",
]
Missing = Literal["refuse", "zero"]


@dataclass(frozen=True, slots=True)
class RuleSetHeader:
    """What every rule set has. A `variant` is chosen by its id only, never by date."""

    kind: Kind
    id: str
    title: Text
    legal: tuple[LegalSource, ...]
    valid_from: date
    valid_until: date | None
    status: str
    note: Text | None
    variant: bool
    extends: str
    figures: Mapping[str, str]
    sha256: str

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


@dataclass(frozen=True, slots=True)
class ScoreBand:
    """A category from `lower` on; `lower_open`: strictly above it."""

    code: str
    title: Text
    lower: Fraction
    lower_open: bool = False

    def holds(self, value: Fraction) -> bool:
        return value > self.lower or (value == self.lower and not self.lower_open)


def find_band(bands: tuple[ScoreBand, ...], value: Fraction) -> ScoreBand:
    """The highest band that begins at or below the value (bands ascend, the first begins at 0)."""
    return next((band for band in reversed(bands) if band.holds(value)), bands[0])


@dataclass(frozen=True, slots=True)
class AxisPart:
    """One part of an axis: `weight` in per cent of the axis.

    Worth is looked up in `points` (by code) or `steps` (lower bound, points; descending), is the
    plain mean of `mean_of`, or is the figure itself where none of them is given.
    """

    code: str
    weight: Fraction
    points: Mapping[str, Fraction]
    steps: tuple[tuple[int, Fraction], ...]
    mean_of: tuple[AxisPart, ...]
    look_back_years: int | None
    missing: Missing


FieldGate = Literal["any", "near", "fits"]


@dataclass(frozen=True, slots=True)
class TierGates:
    """What a candidate for a post of a tier must have. `feeders`: tiers to come from, and years in each.

    None (or no `kinds`) is no gate. Ages and experience in years; codes as in the staff tables.
    """

    feeders: Mapping[str, int]
    kinds: tuple[str, ...]
    rank: str | None
    education: str | None
    field: FieldGate
    training: str | None
    maximum_age: int | None
    experience: int | None


@dataclass(frozen=True, slots=True)
class SuccessionRules:
    """Succession groups: boxes by scope in their order, gates by tier of the target post.

    `soon_years`: who lacks nothing but that much time is nearly ready.
    """

    groups: Mapping[str, tuple[int, ...]]
    soon_years: int
    gates: Mapping[str, TierGates]


@dataclass(frozen=True, slots=True)
class TalentRules:
    """The talent map. `matrix` and `follow_up` by level of performance and potential, and by box."""

    header: RuleSetHeader
    top: Fraction
    middle: Fraction
    matrix: Mapping[tuple[str, str], int]
    follow_up: Mapping[int, tuple[Text, ...]]
    performance: tuple[AxisPart, ...]
    potential: tuple[AxisPart, ...]
    performance_share: Fraction
    potential_share: Fraction
    target_posts: Mapping[str, tuple[Fraction, Fraction]]
    succession: SuccessionRules | None


@dataclass(frozen=True, slots=True)
class GroupPoints:
    """Points of the competence dimension for one group of posts."""

    training: Fraction
    technical: Fraction
    seminar: Fraction


@dataclass(frozen=True, slots=True)
class ProfessionalismRules:
    """The professionalism index."""

    header: RuleSetHeader
    qualification: Mapping[str, Fraction]
    technical_hours: int
    groups: Mapping[str, GroupPoints]
    performance: Mapping[str, Fraction]
    discipline: Mapping[str, Fraction]
    categories: tuple[ScoreBand, ...]


@dataclass(frozen=True, slots=True)
class Competence:
    """One managerial or socio-cultural competence."""

    code: str
    kind: str
    title: Text


@dataclass(frozen=True, slots=True)
class CompetenceRules:
    """Competence assessment: JPM, its categories, validity and the required levels by tier."""

    header: RuleSetHeader
    validity_years: int
    training_hours: int
    capped: bool
    decimals: int
    lowest: int
    highest: int
    competences: tuple[Competence, ...]
    required_levels: Mapping[str, int]
    filling: tuple[ScoreBand, ...]
    mapping: tuple[ScoreBand, ...]


@dataclass(frozen=True, slots=True)
class WorkloadRules:
    """Workload: `effective_minutes` of one person a year, and the bands of efficiency."""

    header: RuleSetHeader
    effective_minutes: int
    efficiency: tuple[ScoreBand, ...]


@dataclass(frozen=True, slots=True)
class RetirementRules:
    """Age of retirement in years, by tier."""

    header: RuleSetHeader
    ages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class IncentiveRules:
    """Regional allowance (TPP): the shares of the payment that follow productivity and discipline."""

    header: RuleSetHeader
    productivity: Fraction
    discipline: Fraction


@dataclass(frozen=True, slots=True)
class RatingBound:
    """Bound on the share (per cent) of the staff with one of `ratings`."""

    ratings: tuple[str, ...]
    at_least: Fraction | None
    at_most: Fraction | None
    above: Fraction | None


@dataclass(frozen=True, slots=True)
class PerformanceRules:
    """Rating by (result, behaviour), and the bounds of the distribution by the organisation's rating."""

    header: RuleSetHeader
    matrix: Mapping[tuple[str, str], str]
    distribution: Mapping[str, tuple[RatingBound, ...]]


@dataclass(frozen=True, slots=True)
class Sanction:
    """What follows from `days` of absence on."""

    days: int
    code: str
    grade: str
    title: Text


@dataclass(frozen=True, slots=True)
class DisciplineRules:
    """Sanctions in ascending days; `consecutive_days` in a row lead to the last."""

    header: RuleSetHeader
    sanctions: tuple[Sanction, ...]
    consecutive_days: int


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """Recruitment. `maxima` by part (skd, twk, tiu, tkp); `passing` by formation and part (or total)."""

    header: RuleSetHeader
    maxima: Mapping[str, Fraction]
    general: str
    passing: Mapping[str, Mapping[str, Fraction]]
    times_posts: int
    cut_ties: tuple[str, ...]
    skd_share: Fraction
    skb_share: Fraction
    decimals: int
    final_ties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IdentityRules:
    """The employee number."""

    header: RuleSetHeader
    minimum_age: int
    pppk_codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FairnessRules:
    """Comparison of groups: a ratio below `ratio` is flagged; groups below `minimum` people are pooled.

    `age_bands`: lower bounds in full years, ascending.
    """

    header: RuleSetHeader
    ratio: Fraction
    minimum: int
    confidence: Fraction
    significance: Fraction
    age_bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenSelectionRules:
    """Open selection for JPT: weights (shares of 1) by part in their order; so many `best` to the PPK."""

    header: RuleSetHeader
    weights: Mapping[str, Fraction]
    best: int
    decimals: int


RuleSet = (
    TalentRules
    | ProfessionalismRules
    | CompetenceRules
    | WorkloadRules
    | RetirementRules
    | IncentiveRules
    | PerformanceRules
    | DisciplineRules
    | SelectionRules
    | IdentityRules
    | FairnessRules
    | OpenSelectionRules
)
