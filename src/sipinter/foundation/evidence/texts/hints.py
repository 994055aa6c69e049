"""What a person should look at before a file is sent in. Pure functions; a hint never decides anything.

`TextFacts` are gathered once, when the file has been read; the hints follow from them, the round and the
levels that are claimed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from .letters import find_dates, has_letter_number, is_official, stated_page_count

SURE = 60  # per cent; below it a page of OCR is guesswork (Tesseract's mean confidence of its words)
SHARP = 120  # dots per inch; below it small print cannot be read. Scans for the archive have 200 to 300
TOLD = 10  # pages named in one hint
LOW = 1  # "first step": a level up to this one says that hardly anything is there


class PageTextSource(StrEnum):
    """Where the text of a page comes from."""

    TEXT = "text"
    OCR = "ocr"
    NONE = "none"  # a picture in which no text was found, or nothing looked for any
    BLANK = "blank"
    FAILED = "failed"


class HintKind(StrEnum):
    """What a hint is about."""

    UNREADABLE = "unreadable"
    COARSE = "coarse"
    NO_DATE = "no_date"
    NO_NUMBER = "no_number"
    NEITHER = "neither"
    OLD = "old"
    PART = "part"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True)
class PageReading:
    """One page as it was read; `confidence` in per cent and `dpi` where they are known."""

    number: int
    text: str
    source: str
    confidence: int | None = None
    dpi: int | None = None


@dataclass(frozen=True)
class TextFacts:
    """What a file says of itself. `latest` is the latest date up to the day of reading.

    `paged`: it has pages of paper (a PDF, a picture), so that "page 1 of 12" can be counted.
    """

    pages: int
    paged: bool
    looked: bool  # pages without text were looked at by OCR
    has_text: bool = False
    unreadable: list[int] = field(default_factory=list)
    coarse: list[int] = field(default_factory=list)
    has_date: bool = False
    latest: date | None = None
    has_number: bool = False
    is_official: bool = False
    said_pages: int = 0

    def kept(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"latest": self.latest.isoformat() if self.latest else None}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "TextFacts":
        """From what `kept` gave."""
        latest = kept.get("latest")
        return cls(**dict(kept) | {"latest": date.fromisoformat(latest) if latest else None})


@dataclass(frozen=True)
class Hint:
    """One thing to look at: its kind, and what its sentence names."""

    kind: HintKind
    pages: tuple[int, ...] = ()
    day: date | None = None
    count: int = 0
    codes: tuple[str, ...] = ()


def text_facts(
    pages: Sequence[PageReading], *, total: int, paged: bool, looked: bool, today: date
) -> TextFacts:
    """What stands in the `pages` of a file of `total` pages, read on `today`."""
    whole = "\n".join(page.text for page in pages)
    found = list(find_dates(whole))
    return TextFacts(
        pages=total,
        paged=paged,
        looked=looked,
        has_text=any(page.text for page in pages),
        unreadable=[page.number for page in pages if _is_unreadable(page, looked)],
        coarse=[
            page.number
            for page in pages
            if page.source != PageTextSource.TEXT and 0 < (page.dpi or 0) < SHARP
        ],
        has_date=bool(found),
        latest=max((day for day in found if day <= today), default=None),
        has_number=has_letter_number(whole),
        is_official=is_official(pages[0].text) if pages else False,
        said_pages=stated_page_count(whole),
    )


def _is_unreadable(page: PageReading, looked: bool) -> bool:
    if page.source == PageTextSource.OCR:
        return page.confidence is not None and page.confidence < SURE
    return page.source == PageTextSource.FAILED or (page.source == PageTextSource.NONE and looked)


def find_hints(facts: TextFacts, *, dated: date | None = None, since: date | None = None) -> list[Hint]:
    """The hints on one file.

    `dated`: the date that the person gave for the document, which counts as found; `since`: a document
    whose latest date lies before this day is older than the round.
    """
    return list(_hints(facts, dated, since))


def _hints(facts: TextFacts, dated: date | None, since: date | None) -> Iterator[Hint]:
    if facts.unreadable:
        yield Hint(HintKind.UNREADABLE, pages=tuple(facts.unreadable))
    elif facts.coarse:
        yield Hint(HintKind.COARSE, pages=tuple(facts.coarse))
    if facts.has_text:
        yield from _missing(facts, has_date=facts.has_date or dated is not None)
    if facts.paged and facts.said_pages > facts.pages:
        yield Hint(HintKind.PART, count=facts.said_pages)
    latest = max((day for day in (facts.latest, dated) if day), default=None)
    if since is not None and latest is not None and latest < since:
        yield Hint(HintKind.OLD, day=latest)


def _missing(facts: TextFacts, *, has_date: bool) -> Iterator[Hint]:
    """A number is missed only where the document is of a kind that bears one, or where nothing dates it."""
    if not has_date:
        yield Hint(HintKind.NO_DATE if facts.has_number else HintKind.NEITHER)
    elif facts.is_official and not facts.has_number:
        yield Hint(HintKind.NO_NUMBER)


def contradiction_hints(
    claimed: Mapping[str, int | None], attached: Mapping[str, Collection[int]], highest: int
) -> dict[int, Hint]:
    """Files that stand beside an indicator claimed at level 0 or 1 and beside one at the `highest` level.

    One document can hardly show that hardly anything is there and that everything is. `attached` are the
    files (by number) beside each indicator, `claimed` its level; None (not filled in) says nothing.
    """
    beside: dict[int, list[str]] = {}
    for code, files in attached.items():
        for file in files:
            beside.setdefault(file, []).append(code)
    found = {}
    for file, codes in beside.items():
        low = [code for code in codes if (level := claimed.get(code)) is not None and level <= LOW]
        high = [code for code in codes if claimed.get(code) == highest and highest > LOW + 1]
        if low and high:
            found[file] = Hint(HintKind.CONTRADICTORY, codes=(*low, *high), count=len(low))
    return found
