"""What an instrument consists of: frozen values, as read from its YAML file.

Figures are exact: `Decimal` where a file can only hold a decimal, `Fraction` where
it may hold a quotient such as "270/28".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeVar

from sipinter.rules.numbers import to_decimal

CategoryOn = Literal["score", "index"]
Method = Literal["weighted_sum", "weighted_mean"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or name in Indonesian and English. `str()` gives Indonesian."""

    id: str
    en: str

    def __str__(self) -> str:
        return self.id

    def in_(self, language: str) -> str:
        """The text in `language` ("en", "en-us", "id"); Indonesian for any other."""
        return self.en if language[:2].lower() == "en" and self.en else self.id


@dataclass(frozen=True, slots=True)
class LegalSource:
    """A regulation (or other document) that the instrument rests on."""

    title: str
    article: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One step of an indicator's scale; `status` "generic" where the criterion is not the annex's own."""

    level: int
    criterion: Text
    status: str


@dataclass(frozen=True, slots=True)
class Applicability:
    """The indicator counts only where the gate's answer is one of `choices`."""

    gate: str
    choices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A sub-aspect or question that is answered with one level. `weight` only under weighted_sum."""

    code: str
    aspect: str
    title: Text
    levels: tuple[Level, ...]
    evidence: tuple[Text, ...] = ()
    weight: Decimal | None = None
    weight_status: str | None = None
    applies: Applicability | None = None
    legal: str = ""


@dataclass(frozen=True, slots=True)
class Aspect:
    """A group of indicators. `max` is the most points it can bring to the score.

    `weight` is the sum of the indicators' weights (weighted_sum) or the percentage of
    the score (weighted_mean).
    """

    code: str
    title: Text
    max_exact: Fraction
    weight: Fraction
    weight_status: str
    indicators: tuple[Indicator, ...]
    decimals: int

    @property
    def max(self) -> Decimal:
        return to_decimal(self.max_exact, self.decimals)


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    title: Text


@dataclass(frozen=True, slots=True)
class Gate:
    """A question on which it depends whether some indicators apply."""

    code: str
    question: Text
    choices: tuple[Choice, ...]

    def choice(self, code: str) -> Choice:
        """The choice with that code; KeyError when there is none."""
        for choice in self.choices:
            if choice.code == code:
                return choice
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Category:
    """A band of the score or index, from `lower` upwards (`lower_open`: strictly above it).

    `certificate`: agencies in this band are given one beside the decision letter.
    """

    code: str
    title: Text
    lower: Decimal
    lower_open: bool = False
    consequence: Text | None = None
    validity_years: int | None = None
    certificate: bool = False
    shape: str = ""
    tone: int = 0

    def starts_at_or_below(self, figure: Decimal) -> bool:
        """Is `figure` inside or above this band?"""
        return figure > self.lower if self.lower_open else figure >= self.lower


@dataclass(frozen=True, slots=True)
class Component:
    """A weighted part of the index, such as the maturity score or the employee survey."""

    code: str
    weight: Decimal
    title: Text
    status: str


@dataclass(frozen=True, slots=True)
class IndexRule:
    """How a score becomes an index: by points of a piecewise line, or by the components."""

    method: Literal["piecewise", "components"]
    decimals: int
    points: tuple[tuple[Fraction, Fraction], ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyItem:
    code: str
    scale: str
    text: Text


@dataclass(frozen=True, slots=True)
class Survey:
    """The employee survey of an instrument: agreement from `min` to `max`."""

    min: int
    max: int
    minimum_group: int
    items: tuple[SurveyItem, ...]


@dataclass(frozen=True, slots=True)
class ProfileField:
    """A field of the part that is described but not scored."""

    code: str
    title: Text


Coded = TypeVar("Coded", Gate, Aspect, Category)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Instrument:
    """A measuring instrument. Two instances are equal only when they are the same object."""

    id: str
    title: Text
    legal: tuple[LegalSource, ...]
    valid_from: date
    valid_until: date | None
    status: str
    note: Text | None
    min_level: int
    max_level: int
    evidence_required_above: int
    method: Method
    decimals: int
    aspects: tuple[Aspect, ...]
    gates: tuple[Gate, ...]
    categories: tuple[Category, ...]
    category_on: CategoryOn
    index_rule: IndexRule | None
    bonus: Decimal
    components: tuple[Component, ...]
    survey: Survey | None
    profiling: tuple[ProfileField, ...]
    generic_note: Text | None
    max_score: Decimal
    sha256: str
    indicators: Mapping[str, Indicator] = field(repr=False)

    def gate(self, code: str) -> Gate:
        """The gate with that code; KeyError when there is none."""
        return _by_code(self.gates, code)

    def aspect(self, code: str) -> Aspect:
        """The aspect with that code; KeyError when there is none."""
        return _by_code(self.aspects, code)

    def category(self, code: str) -> Category:
        """The category with that code; KeyError when there is none."""
        return _by_code(self.categories, code)

    @property
    def score_bounds(self) -> list[Decimal]:
        """Where the categories above the lowest begin on the score; none where the index decides."""
        if self.category_on != "score":
            return []
        return [category.lower for category in self.categories if category.lower > 0]


def _by_code(items: tuple[Coded, ...], code: str) -> Coded:
    for item in items:
        if item.code == code:
            return item
    raise KeyError(code)
