"""Reading evidence, shaped for pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.agencies.models import Agency

from .judging.queries import JudgingQueue, judging_queue
from .models import Blob, Evidence, EvidenceQuerySet
from .permissions import standing_sentence
from .reader import faults
from .receiving import flags
from .receiving.media import TAKEN, Label, Media
from .receiving.quota import quota_bytes, used_bytes
from .storage import previews
from .texts.queries import text_contains


@dataclass(frozen=True)
class EvidenceItem:
    """One evidence as a list shows it (`ui.file_row`)."""

    evidence: Evidence

    @property
    def id(self) -> int:
        return self.evidence.pk

    @property
    def title(self) -> str:
        return self.evidence.title

    @property
    def is_link(self) -> bool:
        return self.evidence.kind == Evidence.Kind.LINK

    @cached_property
    def media(self) -> Media | None:
        """Kind of the file; None for a link."""
        return TAKEN[self.evidence.blob.media_type] if self.evidence.blob else None

    @property
    def kind(self) -> str:
        """ "pdf", "xlsx" ...; empty for a link."""
        return self.media.extension if self.media else ""

    @property
    def size(self) -> int | None:
        """Bytes; None for a link."""
        return self.evidence.blob.size if self.evidence.blob else None

    @property
    def flags(self) -> list[Label]:
        """Sentences a reader should see first."""
        return flags.flag_sentences(self.evidence.blob.flags) if self.evidence.blob else []

    @property
    def standing_note(self) -> str:
        """That the file is still being checked, or locked; empty when it can be opened."""
        return standing_sentence(self.evidence.blob) if self.evidence.blob else ""

    @property
    def standing_label(self) -> Label:
        """The same in a word or two."""
        blob = self.evidence.blob
        if blob is None or not self.standing_note:
            return ""
        return (
            blob.get_scan_display()
            if blob.judgement == Blob.Judgement.TAKEN
            else blob.get_judgement_display()
        )

    @property
    def is_waiting(self) -> bool:
        """No worker has opened it yet."""
        return self.evidence.blob is not None and self.evidence.blob.is_waiting

    @property
    def is_locked(self) -> bool:
        """It was refused, or the scanner found something: nobody opens it."""
        return self.evidence.blob is not None and self.evidence.blob.is_locked


def evidence_items(evidence: Iterable[Evidence]) -> list[EvidenceItem]:
    """List rows of evidence fetched with `select_related("blob")`."""
    return [EvidenceItem(row) for row in evidence]


def library_evidence(agency: Agency, actor: Actor, *, find: str = "") -> EvidenceQuerySet:
    """The agency's evidence that `actor` may see, newest first, with blobs.

    `find` narrows to what has it in its title or file name, or its words on one page of its text. Older
    versions are among it (`filter_library` leaves them out).
    """
    found = Evidence.objects.visible_to(actor).filter(agency=agency).select_related("blob")
    if wanted := find.strip():
        named = Q(title__icontains=wanted) | Q(file_name__icontains=wanted)
        found = found.filter(named | text_contains(wanted))
    return found.order_by("-uploaded_at", "-id")


@dataclass(frozen=True)
class EvidencePreview(EvidenceItem):
    """Evidence shown in the page.

    `shape`: link, pages, sheet, words, none (facts only), failed, waiting (not judged yet; `queue` says how
    many are) or unmade (a worker makes what is to be shown).
    """

    shape: str = "none"
    queue: JudgingQueue | None = None
    pages: list[dict[str, Any]] = field(default_factory=list)
    next_page: int | None = None
    sheet: dict[str, Any] = field(default_factory=dict)
    words: dict[str, Any] = field(default_factory=dict)
    fault: str = ""

    @property
    def total(self) -> int:
        """Pages of the whole file."""
        return (self.evidence.blob.pages or 1) if self.evidence.blob else 0


def get_preview(
    evidence: Evidence, actor: Actor, *, first_page: int = 1, sheet: int = 1
) -> EvidencePreview | None:
    """What the page shows of `evidence`; None when there is no such page or sheet.

    A PDF's pages come twenty at a time (`first_page` is rounded down to 1, 21, 41 ...) and as addresses
    of pictures. Nothing is read here: what is not made yet a worker makes for `actor`.
    """
    item = EvidenceItem(evidence)
    if item.media is None or evidence.blob is None:
        return EvidencePreview(evidence, "link")
    if item.is_waiting:
        return EvidencePreview(evidence, "waiting", queue=judging_queue())
    try:
        match item.media.preview:
            case "pages":
                return _pages(evidence, first_page, actor)
            case "sheet":
                rows = previews.preview_sheet(evidence.blob, sheet, actor=actor)
                return EvidencePreview(evidence, "sheet", sheet=rows)
            case "words":
                words = previews.preview_words(evidence.blob, actor=actor)
                return EvidencePreview(evidence, "words", words=words)
    except previews.NotMadeYet:
        return EvidencePreview(evidence, "unmade")
    except faults.ReaderFault as fault:
        if fault.code == faults.NOT_THERE:
            return None
        return EvidencePreview(evidence, "failed", fault=why_not_shown(fault.code))
    return EvidencePreview(evidence)


def _pages(evidence: Evidence, first_page: int, actor: Actor) -> EvidencePreview | None:
    assert evidence.blob is not None
    total, step = evidence.blob.pages or 1, previews.PAGES_AT_ONCE
    if not 1 <= first_page <= total:
        return None
    first = (first_page - 1) // step * step + 1
    following = first + step if first + step <= total else None
    pages = previews.preview_pages(evidence.blob, first, actor=actor)
    return EvidencePreview(evidence, "pages", pages=pages, next_page=following)


def get_preview_page(evidence: Evidence, number: int, actor: Actor) -> EvidencePreview | None:
    """One page of `evidence`, once its size is known; None before."""
    try:
        shown = _pages(evidence, number, actor)
    except (previews.NotMadeYet, faults.ReaderFault):
        return None
    if shown is not None:
        shown.pages[:] = [page for page in shown.pages if page["number"] == number]
    return shown


def why_not_shown(code: str, *, is_page: bool = False) -> str:
    """Why a file that was taken (or one page of it) cannot be shown, as a sentence."""
    if code == previews.LOST:
        return _("The file is missing from the storage. Tell the administrator of this system.")
    if is_page:
        return _("This page cannot be shown here. Download the file to read it.")
    if code == faults.TOO_HARD:
        return _("This file is too complex to be shown here. Download it to read it.")
    return _("This file cannot be shown here. Download it to read it.")


def quota_usage(agency: Agency) -> tuple[int, int]:
    """Bytes that the agency's evidence uses, and may use (0: no limit)."""
    return used_bytes(agency), quota_bytes(agency)
