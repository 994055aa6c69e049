"""Papers that are mainly a table: minutes of a meeting, the agenda of a day, a report. Unsigned PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .figures import long_date
from .model import LANGUAGES, Issuer
from .papers import clean_print_line, print_paragraphs
from .render import render_pdf


@dataclass(frozen=True, slots=True)
class ListingColumn:
    """One column: its head, its share of the width, and whether figures stand in it."""

    head: str
    share: int = 1
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPaper:
    """What such a paper says. ValueError when a row has another number of cells than there are columns.

    `facts` are (label, value) under the title; `names` a numbered list with the head `names_head`. With
    `signed_on` a signature block stands at the end; `signer` names its person, the issuer's by default.
    """

    title: str
    subtitle: str = ""
    number: str = ""
    facts: Sequence[tuple[str, str]] = ()
    names_head: str = ""
    names: Sequence[str] = ()
    columns: Sequence[ListingColumn] = ()
    rows: Sequence[Sequence[str]] = ()
    text: str = ""
    issuer: Issuer
    signed_on: date | None = None
    signer: str = ""
    signer_title: str = ""
    notice: str = ""
    lang: str = "id"

    def __post_init__(self) -> None:
        if self.lang not in LANGUAGES:
            raise ValueError(f"lang is {self.lang!r}, expected one of {LANGUAGES}")
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row has as many cells as there are columns")


def listing_pdf(paper: ListingPaper) -> bytes:
    """The paper as an unsigned PDF, A4 upright."""
    return render_pdf("listing", listing_fields(paper), dated=paper.signed_on)


def listing_fields(paper: ListingPaper) -> dict[str, object]:
    """The paper as the template reads it."""
    return {
        "lang": paper.lang,
        "title": clean_print_line(paper.title),
        "subtitle": clean_print_line(paper.subtitle),
        "number": clean_print_line(paper.number),
        "facts": [[clean_print_line(label), clean_print_line(value)] for label, value in paper.facts],
        "names_head": clean_print_line(paper.names_head),
        "names": [clean_print_line(name) for name in paper.names],
        "columns": [
            {"head": clean_print_line(c.head), "share": c.share, "number": c.number} for c in paper.columns
        ],
        "rows": [[clean_print_line(cell) for cell in row] for row in paper.rows],
        "text": print_paragraphs(paper.text),
        "issuer": {
            "name": clean_print_line(paper.issuer.name),
            "address": [clean_print_line(a) for a in paper.issuer.address],
        },
        "city": clean_print_line(paper.issuer.city),
        "signed_on": long_date(paper.signed_on, paper.lang) if paper.signed_on else "",
        "signer": clean_print_line(paper.signer or paper.issuer.signer_name),
        "signer_title": clean_print_line(paper.signer_title or paper.issuer.signer_title),
        "notice": clean_print_line(paper.notice),
    }
