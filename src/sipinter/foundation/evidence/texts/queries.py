"""The text of files, shaped for pages: how far it is read, hints in sentences, passages that match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.web.formatters import format_day

from ..models import Blob, Evidence, FileText, PageText
from . import search_words
from .hints import TOLD, Hint, HintKind, PageTextSource, TextFacts, find_hints

PAGES = 1500  # pages compared at one indicator
SHOWN = 6  # passages beside the pages
MATCHES = 60  # passages looked at to show one for each file of a list
TERMS = 40  # words of a criterion, or of what is typed


@dataclass(frozen=True)
class TextProgress:
    """How far the text of a file is read. `blind`: its scans are not read, for nothing here reads them."""

    state: str
    done: int
    total: int
    blind: bool = False

    @property
    def sentence(self) -> str:
        """What the page says of it; empty once everything is read."""
        if self.state == FileText.State.FAILED:
            return _("text: cannot be read")
        if self.state == FileText.State.READING:
            said = ngettext(
                "text: %(done)s of %(total)s page read", "text: %(done)s of %(total)s pages read", self.total
            )
            return said % {"done": self.done, "total": self.total}
        return _("scanned pages are not read: Tesseract is not installed") if self.blind else ""


def text_progress(blob: Blob | None) -> TextProgress | None:
    """How far a file fetched with `select_related("text")` is read (no query).

    None for a link, and for a file that is not taken (yet): its own state says more.
    """
    if blob is None or blob.judgement != Blob.Judgement.TAKEN:
        return None
    text: FileText | None = getattr(blob, "text", None)
    if text is None:
        return TextProgress(FileText.State.READING, 0, blob.pages or 1)
    return TextProgress(text.state, text.done, text.total, blind=text.wants_ocr)


def hints_of(evidence: Evidence, since: date) -> list[Hint]:
    """The hints on evidence fetched with `blob__text` (no query); none until its text is read."""
    text: FileText | None = getattr(evidence.blob, "text", None) if evidence.blob else None
    if text is None or text.state != FileText.State.DONE or not text.facts:
        return []
    return find_hints(TextFacts.of(text.facts), dated=evidence.dated, since=since)


def hint_sentence(hint: Hint) -> str:
    """The hint in words."""
    pages = ", ".join(map(str, hint.pages[:TOLD])) + (" …" if len(hint.pages) > TOLD else "")
    match hint.kind:
        case HintKind.UNREADABLE:
            return ngettext(
                "Hardly anything can be read on page %(pages)s: an unclear scan, or a photograph?",
                "Hardly anything can be read on pages %(pages)s: unclear scans, or photographs?",
                len(hint.pages),
            ) % {"pages": pages}
        case HintKind.COARSE:
            return ngettext(
                "Page %(pages)s was scanned coarsely; small print may not be readable. Scan at 200 dpi.",
                "Pages %(pages)s were scanned coarsely; small print may not be readable. Scan at 200 dpi.",
                len(hint.pages),
            ) % {"pages": pages}
        case HintKind.NO_DATE:
            return _("No date was found in the document.")
        case HintKind.NO_NUMBER:
            return _("No number was found, though the document calls itself a decision or a letter.")
        case HintKind.NEITHER:
            return _("Neither a date nor a number was found in the document.")
        case HintKind.OLD:
            return _("The latest date found, %(day)s, is older than this round. Is it still in force?") % {
                "day": format_day(hint.day)
            }
        case HintKind.PART:
            return ngettext(
                "The document says that it has %(num)s page; fewer are in the file.",
                "The document says that it has %(num)s pages; fewer are in the file.",
                hint.count,
            ) % {"num": hint.count}
        case HintKind.CONTRADICTORY:
            return _(
                "The same file stands beside %(low)s, claimed at the lowest level, and beside %(high)s, "
                "claimed at the highest."
            ) % {"low": ", ".join(hint.codes[: hint.count]), "high": ", ".join(hint.codes[hint.count :])}


@dataclass(frozen=True)
class Passage:
    """A stretch of one page, in pieces that are marked or not."""

    evidence_id: int
    title: str
    number: int
    pieces: list[tuple[str, bool]]
    is_ocr: bool
    is_paged: bool


@dataclass(frozen=True)
class FoundPassages:
    """Passages that match, and how much was looked through."""

    passages: list[Passage]
    pages: int
    has_words: bool


def find_passages(
    evidence: Sequence[Evidence], wanted: str, actor: Actor, *, most: int = SHOWN
) -> FoundPassages:
    """The `most` best passages for `wanted` in what the actor may read of `evidence` (two queries).

    A page counts by how many of the words stand on it, rare ones more (inverse frequency by page).
    """
    files = {row.blob_id: row for row in evidence if row.blob_id is not None}
    terms = search_words.search_terms(wanted)[:TERMS]
    if not files or not terms:
        return FoundPassages([], 0, bool(terms))
    visible = PageText.objects.visible_to(actor).filter(blob_id__in=list(files))
    rows = list(visible.values_list("pk", "words").order_by("blob_id", "number")[:PAGES])
    on_page = {pk: {term for term in terms if f" {term} " in held} for pk, held in rows}
    weights = {
        term: log(1 + len(rows) / count)
        for term in terms
        if (count := sum(term in held for held in on_page.values()))
    }
    ranked = sorted(
        ((sum(weights[t] for t in held), -at, pk) for at, (pk, held) in enumerate(on_page.items()) if held),
        reverse=True,
    )
    best = [pk for _worth, _at, pk in ranked[:most]]
    pages = {page.pk: page for page in visible.filter(pk__in=best)} if best else {}
    return FoundPassages([_passage(files, pages[pk], weights) for pk in best if pk in pages], len(rows), True)


def _passage(files: dict[int, Evidence], page: PageText, weights: dict[str, float]) -> Passage:
    row = files[page.blob_id]
    text = search_words.best_passage(page.text, weights)
    paged = row.blob is not None and (
        row.blob.media_type == "application/pdf" or row.blob.media_type.startswith("image/")
    )
    return Passage(
        row.pk,
        row.title,
        page.number,
        search_words.mark_terms(text, weights),
        page.source == PageTextSource.OCR,
        paged,
    )


def text_contains(found: str) -> Q:
    """Evidence in whose text all words of `found` stand on one page, as a condition on its rows."""
    held = PageText.objects.all()
    terms = search_words.search_terms(found)[:TERMS]
    for term in terms:
        held = held.filter(words__contains=f" {term} ")
    return Q(blob_id__in=held.values("blob_id")) if terms else Q(pk__in=[])


def first_matches(rows: Iterable[Evidence], found: str, actor: Actor) -> dict[int, Passage]:
    """By evidence, the passage in which the words of `found` stand (two queries), where there is one."""
    best: dict[int, Passage] = {}
    for passage in find_passages(list(rows), found, actor, most=MATCHES).passages:
        best.setdefault(passage.evidence_id, passage)
    return best
