"""Reading the text of files in the background: page by page, on from where it stopped.

What is kept follows from the file alone, so that nothing of it is a person's act: no audit record, and no
word of a text in any log.
"""

from datetime import timedelta
from itertools import count
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.accounts.actor import system_actor_for
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task
from sipinter.foundation.work.queue import cause_of, enqueue_task

from ..models import Blob, Evidence, FileText, PageText
from ..reader.faults import ReaderFault
from ..storage.store import local_path
from . import search_words
from .hints import PageReading, PageTextSource, text_facts
from .ocr import find_ocr
from .page_reader import is_paged, read_office_pages, read_page, reading_method

SLICE = 20.0  # seconds that one task reads; what is left is a task of its own
AT_ONCE = 200  # older files queued at a time
STANDING = timedelta(hours=1)


def queue_text_reading(blob: Blob, *, actor: Actor) -> None:
    """Have a worker read the file, in the caller's transaction; once, whatever else is done with it."""
    _text, is_new = FileText.objects.get_or_create(blob=blob, defaults={"total": _expected(blob)})
    if is_new:
        enqueue_task(read_text, blob.pk, actor=actor)


@queued_before_as("sipinter.evidence.tasks.read_text")
@task(priority=-10, takes_context=True)
def read_text(context: Any, blob_id: int) -> None:
    """Read the text of a file, for a while; the rest as a new task, so that a long scan holds nobody up."""
    if not continue_reading(blob_id):
        enqueue_task(read_text, blob_id, actor=system_actor_for(cause_of(context)))


def _expected(blob: Blob) -> int:
    return (blob.pages or 1) if is_paged(blob) else 1


def continue_reading(blob_id: int, *, seconds: float = SLICE) -> bool:
    """Read pages of the file that are not read yet, for about `seconds`; True when there is nothing left.

    May run twice, or at once in two workers: a page is kept once.
    """
    readable = Blob.objects.filter(pk=blob_id, judgement=Blob.Judgement.TAKEN)
    blob = readable.exclude(scan=Blob.Scan.INFECTED).first()
    if blob is None:
        return True
    text, _made = FileText.objects.get_or_create(blob=blob, defaults={"total": _expected(blob)})
    if text.state != FileText.State.READING:
        return True
    try:
        if not is_paged(blob):
            return _read_whole(text)
        return _read_pages(text, seconds)
    except NotAnswering:  # the storage is away: `queue_waiting` comes back to it
        return True
    except FileNotFoundError:  # the storage has lost it, as `evidence verify` says
        FileText.objects.filter(pk=text.pk).update(state=FileText.State.FAILED)
        return True


def _read_pages(text: FileText, seconds: float) -> bool:
    until = monotonic() + seconds
    read = set(PageText.objects.filter(blob=text.blob).values_list("number", flat=True))
    left = [number for number in range(1, text.total + 1) if number not in read]
    with local_path(text.blob) as path:
        for turn, number in zip(count(), left, strict=False):
            if turn and monotonic() > until:
                return False
            _keep(text, [read_page(text.blob, path, number)])
    _finish(text)
    return True


def _read_whole(text: FileText) -> bool:
    if reading_method(text.blob.media_type).name == "none":
        FileText.objects.filter(pk=text.pk).update(state=FileText.State.FAILED)
        return True
    try:
        with local_path(text.blob) as path:
            pages = read_office_pages(text.blob, path)
    except ReaderFault:
        FileText.objects.filter(pk=text.pk).update(state=FileText.State.FAILED)
        return True
    text.total = len(pages)
    FileText.objects.filter(pk=text.pk).update(total=text.total)
    _keep(text, pages)
    _finish(text)
    return True


def _keep(text: FileText, pages: list[PageReading]) -> None:
    """Store pages and how far it has come, in a transaction as short as can be.

    Nothing is kept of a file whose text was forgotten meanwhile (a virus was found).
    """
    rows = [
        PageText(
            blob=text.blob,
            number=p.number,
            source=p.source,
            text=p.text,
            words=search_words.index_words(p.text),
            confidence=p.confidence,
            dpi=p.dpi,
        )
        for p in pages
    ]
    with transaction.atomic():
        if FileText.objects.select_for_update().filter(pk=text.pk).exists():
            PageText.objects.bulk_create(rows, ignore_conflicts=True)
            done = PageText.objects.filter(blob=text.blob).count()
            FileText.objects.filter(pk=text.pk).update(done=done, touched_at=timezone.now())


def _finish(text: FileText) -> None:
    """Gather what the hints need; the file is read."""
    rows = PageText.objects.filter(blob=text.blob).order_by("number")
    pages = [PageReading(r.number, r.text, r.source, r.confidence, r.dpi) for r in rows]
    looked = find_ocr() is not None
    facts = text_facts(
        pages, total=text.total, paged=is_paged(text.blob), looked=looked, today=timezone.localdate()
    )
    FileText.objects.filter(pk=text.pk).update(
        state=FileText.State.DONE,
        facts=facts.kept(),
        wants_ocr=not looked and any(page.source == PageTextSource.NONE for page in pages),
    )


@transaction.atomic
def forget_text(blob: Blob) -> None:
    """Remove what was read of a file."""
    FileText.objects.filter(blob=blob).delete()
    PageText.objects.filter(blob=blob).delete()


def queue_waiting() -> list[int]:
    """Files to be read: never begun, left standing for an hour, scans that came while there was no OCR."""
    found: list[int] = []
    if find_ocr() is not None:
        found += FileText.objects.filter(wants_ocr=True).values_list("pk", flat=True)[:AT_ONCE]
        for blob_id in found:
            _begin_again(blob_id)
    now = timezone.now()
    standing = FileText.objects.filter(state=FileText.State.READING, touched_at__lt=now - STANDING)
    left = list(standing.values_list("pk", flat=True)[:AT_ONCE])
    FileText.objects.filter(pk__in=left).update(touched_at=now)
    never = Evidence.objects.filter(blob__judgement=Blob.Judgement.TAKEN, blob__text__isnull=True)
    fresh = never.exclude(blob__scan=Blob.Scan.INFECTED).order_by("blob_id").values_list("blob_id", flat=True)
    return [*found, *left, *fresh[:AT_ONCE]]


@periodic_task(timedelta(minutes=10))
@queued_before_as("sipinter.evidence.tasks.read_waiting")
@task()
def read_waiting() -> None:
    """Files from before there was a reader of text, or of scans."""
    for blob_id in queue_waiting():
        enqueue_task(read_text, blob_id)


@transaction.atomic
def _begin_again(blob_id: int) -> None:
    """Forget the pages on which nothing was read, so that OCR reads them."""
    PageText.objects.filter(blob_id=blob_id, source=PageTextSource.NONE).delete()
    done = PageText.objects.filter(blob_id=blob_id).count()
    FileText.objects.filter(pk=blob_id).update(
        state=FileText.State.READING, wants_ocr=False, done=done, touched_at=timezone.now()
    )
