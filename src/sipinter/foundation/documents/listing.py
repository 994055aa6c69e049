"""Papers that are mainly a table: minutes of a meeting, the agenda of a day, a report. Unsigned PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .figures import long_date
from .model import LANGUAGES, Issuer
from .papers import line, paragraphs
from .render import pdf


@dataclass(frozen=True, slots=True)
class Column:
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
    columns: Sequence[Column] = ()
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


def listing(paper: ListingPaper) -> bytes:
    """The paper as an unsigned PDF, A4 upright."""
    return pdf("listing", fields(paper))


def fields(paper: ListingPaper) -> dict[str, object]:
    """The paper as the template reads it."""
    return {
        "lang": paper.lang,
        "title": line(paper.title),
        "subtitle": line(paper.subtitle),
        "number": line(paper.number),
        "facts": [[line(label), line(value)] for label, value in paper.facts],
        "names_head": line(paper.names_head),
        "names": [line(name) for name in paper.names],
        "columns": [{"head": line(c.head), "share": c.share, "number": c.number} for c in paper.columns],
        "rows": [[line(cell) for cell in row] for row in paper.rows],
        "text": paragraphs(paper.text),
        "issuer": {"name": line(paper.issuer.name), "address": [line(a) for a in paper.issuer.address]},
        "city": line(paper.issuer.city),
        "signed_on": long_date(paper.signed_on, paper.lang) if paper.signed_on else "",
        "signer": line(paper.signer or paper.issuer.signer_name),
        "signer_title": line(paper.signer_title or paper.issuer.signer_title),
        "notice": line(paper.notice),
    }
