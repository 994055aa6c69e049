"""Files are scanned for viruses before anybody but the agency's own writers may open them."""

import logging
from contextlib import closing
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.actor import system_actor_for
from sipinter.foundation.accounts.notify import notify
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.services import record
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task
from sipinter.foundation.work.queue import cause_of, enqueue_task

from ..models import Blob, Evidence
from ..storage import store
from ..texts.services import forget_text
from .clamd import ScannerDown, find_virus

logger = logging.getLogger(__name__)
FINAL = (Blob.Scan.CLEAN, Blob.Scan.INFECTED)
_SUBJECT = _("A document is locked: a virus was found in it")
_BODY = _(
    "The scanner found “%(signature)s” in the document “%(title)s”. Nobody can open it, and it counts as "
    "missing evidence. Clean the computer it came from and add a clean copy."
)


def has_scanner() -> bool:
    """Whether there is anything to scan with."""
    return bool(settings.CLAMD)


def initial_scan_state() -> Blob.Scan:
    """State of a file that has just arrived."""
    return Blob.Scan.PENDING if settings.CLAMD else Blob.Scan.NOT_SCANNED


def scan_for_viruses(blob: Blob, *, actor: Actor, again: bool = False) -> Blob:
    """Have clamd judge the file; a file judged before is left as it is, unless `again`.

    ScannerDown when there is no judgement, NotAnswering or FileNotFoundError when the storage does not
    give the bytes: the file stays as it was and is never passed.
    """
    require(actor, "evidence.scan", blob)
    if blob.scan == Blob.Scan.INFECTED or (blob.scan == Blob.Scan.CLEAN and not again):
        return blob
    with closing(store.read_range(blob.path)) as chunks:
        signature = find_virus(chunks, settings.CLAMD)
    return _judge(blob, signature, actor)


@transaction.atomic
def _judge(blob: Blob, signature: str, actor: Actor) -> Blob:
    blob = Blob.objects.select_for_update().get(pk=blob.pk)
    state = Blob.Scan.INFECTED if signature else Blob.Scan.CLEAN
    if blob.scan in (state, Blob.Scan.INFECTED):
        return blob
    changes: dict[str, list[Any]] = {"scan": [blob.scan, state]}
    if signature:
        changes["signature"] = [None, signature]
        _quarantine(blob)
    blob.scan, blob.signature, blob.scanned_at = state, signature, timezone.now()
    blob.save(update_fields=["scan", "signature", "scanned_at", "path"])
    evidence = Evidence.objects.filter(blob=blob).first()
    record("evidence.scanned", evidence or blob, actor=actor, agency_id=blob.agency_id, changes=changes)
    if signature and evidence is not None:
        _tell(evidence, signature)
    return blob


def _quarantine(blob: Blob) -> None:
    """Put the bytes where nothing is handed out from; what was made of them goes, their text too."""
    forget_text(blob)
    before = blob.path
    blob.path = store.blob_name(blob.agency_id, blob.sha256, store.QUARANTINE)
    with store.local_path(Blob(path=before)) as path:
        store.put_file(blob.path, path, blob.sha256)
    made = store.derived_folder(blob)

    def clear() -> None:
        for name in (before, *(entry.name for entry in store.walk_files(made))):
            store.remove_files(name)

    transaction.on_commit(clear, robust=True)  # what stays behind is listed by `evidence verify`


def _tell(evidence: Evidence, signature: str) -> None:
    keepers = people_with_role(Role.KEEPER, agency_id=evidence.agency_id)
    people = [*keepers, *([evidence.uploaded_by] if evidence.uploaded_by else [])]
    values = {"signature": signature, "title": evidence.title}
    notify(people, _SUBJECT, _BODY, reverse("evidence:preview", args=[evidence.pk]), values=values)


def scan_blob(blob_id: int, *, actor: Actor | None = None) -> bool:
    """Scan one file as the system; False when it has no judgement yet and must be tried again."""
    blob = Blob.objects.get(pk=blob_id)
    try:
        return scan_for_viruses(blob, actor=actor or system_actor()).scan in FINAL
    except (ScannerDown, NotAnswering, FileNotFoundError) as error:
        logger.error("blob %s is not scanned: %s", blob_id, error or type(error).__name__)
        return False


@queued_before_as("sipinter.evidence.tasks.scan_file")
@task(priority=5, takes_context=True)
def scan_file(context: Any, blob_id: int) -> None:
    """Scan a file that has just arrived. Without a judgement it waits for `scan_waiting`."""
    scan_blob(blob_id, actor=system_actor_for(cause_of(context)))


def scan_later(blob: Blob, *, actor: Actor) -> None:
    """Have a worker scan the file that `actor` brought, once its rows are committed."""
    if settings.CLAMD and blob.judgement == Blob.Judgement.TAKEN and blob.scan == Blob.Scan.PENDING:
        enqueue_task(scan_file, blob.pk, actor=actor)


def scan_pending() -> tuple[int, int]:
    """Scan what waits, also files from before there was a scanner; how many are judged, how many wait on."""
    taken = Blob.objects.filter(judgement=Blob.Judgement.TAKEN)
    waiting = taken.exclude(scan__in=FINAL).order_by("pk").values_list("pk", flat=True)
    judged = [scan_blob(pk) for pk in list(waiting)] if settings.CLAMD else []
    return sum(judged), len(judged) - sum(judged)


@periodic_task(timedelta(minutes=5), when=has_scanner)
@queued_before_as("sipinter.evidence.tasks.scan_waiting")
@task()
def scan_waiting() -> None:
    """Scan what has no judgement: the scanner was away, or there was none when the file came."""
    scan_pending()
