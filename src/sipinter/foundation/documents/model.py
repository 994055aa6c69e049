"""What a decision's papers need to know, without knowing where it comes from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

LANGUAGES = ("id", "en")
SHAPES = ("cross", "square", "triangle", "diamond", "circle", "star")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """The supervising body whose letterhead and signature the papers carry.

    `emblem` is a picture (SVG, PNG or JPEG) printed above the name; `signer_number` the signer's employee
    number (NIP), printed under the name where given.
    """

    name: str
    address: Sequence[str]
    city: str
    signer_name: str
    signer_title: str
    signer_number: str = ""
    emblem: bytes = b""


@dataclass(frozen=True, slots=True)
class AspectLine:
    """One row of the table of aspects; `percent` is 0-100."""

    name: str
    score: Decimal
    max: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPaper:
    """A decision as it is printed. ValueError when a figure or choice cannot be.

    `index` is None where the instrument does not yield one yet. `category_shape` is one of SHAPES or empty.
    `legal_basis` lists the regulations under "Mengingat"; `notice` is a line at the foot of every page
    ("Data peragaan, bukan dokumen resmi"). `remark` and `consequence` may hold several paragraphs.
    """

    number: str
    decided_on: date
    agency_name: str
    instrument_title: str
    year: int
    round: int
    score: Decimal
    max: Decimal
    index: Decimal | None
    category: str
    aspects: Sequence[AspectLine]
    valid_until: date
    issuer: Issuer
    verify_url: str
    code: str
    category_shape: str = ""
    consequence: str = ""
    supersedes_number: str = ""
    remark: str = ""
    legal_basis: Sequence[str] = ()
    notice: str = ""
    lang: str = "id"

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise ValueError(f"lang is {self.lang!r}, expected one of {LANGUAGES}")
        if self.category_shape not in ("", *SHAPES):
            raise ValueError(f"category_shape is {self.category_shape!r}, expected one of {SHAPES}")
        if not self.aspects:
            raise ValueError("a decision has at least one aspect")
        if self.valid_until < self.decided_on:
            raise ValueError("a decision is valid until the day it is taken or later")
