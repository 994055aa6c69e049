"""Results and pages for the tests of this room."""

from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from sipinter.assessment.record.models import Result, ResultAspect
from sipinter.foundation.agencies.models import Agency
from sipinter.rules.instrument import default_catalog
from sipinter.rules.scoring import category_of, index_of

OLD, NEW = "permenpanrb-40-2018", "permenpanrb-19-2025"


def make_result(agency: Agency, year: int, score: str, instrument_id: str = OLD, **fields: Any) -> Result:
    """A saved result; category and index by the instrument's rule unless given."""
    if "category" not in fields:
        fields["category"] = category_of(default_catalog()[instrument_id], Decimal(score)).code
        fields["index"] = index_of(default_catalog()[instrument_id], Decimal(score))
    fields.setdefault("source", "contoh.go.id")
    return Result.objects.create(
        agency=agency, year=year, score=Decimal(score), instrument_id=instrument_id, **fields
    )


def make_aspects(result: Result, *percents: str) -> None:
    """Aspects 1, 2, ... of the result with these percentages of their maxima."""
    aspects = default_catalog()[result.instrument_id].aspects
    for aspect, percent in zip(aspects, percents, strict=False):
        share = Decimal(percent)
        ResultAspect.objects.create(
            result=result, code=aspect.code, max=aspect.max, score=aspect.max * share / 100, percent=share
        )


def visitor(language: str = "en") -> Client:
    """Nobody, reading the pages in `language`."""
    return Client(headers={"accept-language": language})


class Page(HTMLParser):
    """What the tests look at in a page: tables as rows of cell texts, ids, links, labels, headings, text."""

    VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.labelled: list[str] = []
        self.controls: list[str] = []
        self.referenced: list[str] = []
        self.headings: list[str] = []
        self.faults: list[str] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self._cell: list[str] | None = None
        self.feed(content.decode())
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in self.VOID:
            self._open.append(tag)
        self._note(tag, values)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, {name: value or "" for name, value in attrs})

    def _note(self, tag: str, values: dict[str, str]) -> None:
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values.get("href", ""))
        if tag == "label":
            self.labelled.append(values.get("for", ""))
        if tag in ("input", "select", "textarea") and values.get("type") != "hidden":
            self.controls.append(values.get("id", ""))
        if tag in ("h1", "h2", "h3", "h4", "h5"):
            self.headings.append(tag)
        for name in ("aria-labelledby", "aria-describedby"):
            self.referenced += values.get(name, "").split()
        if "style" in values or tag == "style":
            self.faults.append(f"<{tag}> has a style")
        if any(name.startswith("on") for name in values) or (tag == "script" and "src" not in values):
            self.faults.append(f"<{tag}> has a script")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")
        if tag in ("td", "th") and self._cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._cell is not None:
            self._cell.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())
