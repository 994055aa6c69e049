"""Whether a file that has come in is taken: kind, pages and flags by its own structure, or why not."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.actor import system_actor_for
from sipinter.foundation.accounts.notify import notify
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.services import record
from sipinter.foundation.registries.announcements import Announcement
from sipinter.foundation.work.periodic import periodic_task
from sipinter.foundation.work.queue import cause_of, enqueue_task

from ..models import Blob, Evidence
from ..permissions import refusal_sentence
from ..reader.faults import FOREIGN, ReaderFault
from ..reading_costs import BEHIND, reading_cost, waits_behind
from ..receiving import refusals
from ..receiving.media import HEAD
from ..receiving.names import split_extension
from ..receiving.validators import FileFacts, check_extension, examine_file
from ..scanning.services import scan_later
from ..storage import store
from ..storage.previews import queue_first_previews
from ..texts.services import queue_text_reading

logger = logging.getLogger(__name__)
LEFT = timedelta(minutes=10)  # after which a file that still waits is put into the queue again
AT_ONCE = 500
_SUBJECT = _("A document was not taken")
_BODY = _("“%(title)s”: %(why)s It counts as missing evidence.")

FILE_REFUSED: Announcement[Evidence] = Announcement("a file that had been attached was refused")


@dataclass(frozen=True)
class Finding:
    """What the reader found: facts, or the code of what is wrong and a detail for the sentence."""

    facts: FileFacts | None
    refusal: str = ""
    detail: str = ""


def judge_file(blob: Blob, *, actor: Actor) -> Blob:
    """Have the reader open the file and keep what it found; one judged before is left as it is.

    NotAnswering or FileNotFoundError when the storage does not give the bytes: it waits on.
    """
    require(actor, "evidence.judge", blob)
    blob.refresh_from_db()
    if not blob.is_waiting:
        return blob
    name = Evidence.objects.filter(blob=blob).values_list("file_name", flat=True).first() or ""
    return _keep(blob, _find(blob, name), actor)


def _find(blob: Blob, name: str) -> Finding:
    extension = split_extension(name)[1]
    with store.local_path(blob) as path:
        try:
            facts = examine_file(path, blob.sha256)
        except ReaderFault as fault:
            if fault.code == FOREIGN:
                with path.open("rb") as file:
                    detail = refusals.foreign_detail(file.read(HEAD), extension)
            else:
                detail = fault.detail[:100]
            return Finding(None, fault.code, detail)
    try:
        check_extension(facts.media, name)
    except Invalid:
        return Finding(facts, refusals.MISNAMED, extension)
    return Finding(facts)


@transaction.atomic
def _keep(blob: Blob, finding: Finding, actor: Actor) -> Blob:
    blob = Blob.objects.select_for_update().get(pk=blob.pk)
    if not blob.is_waiting:  # another worker was first
        return blob
    changes: dict[str, list[Any]] = {}
    if facts := finding.facts:
        if facts.media.type != blob.media_type:
            changes["type"] = [blob.media_type, facts.media.type]
        blob.media_type, blob.pages, blob.flags = facts.media.type, facts.pages, list(facts.flags)
    state = Blob.Judgement.REFUSED if finding.refusal else Blob.Judgement.TAKEN
    changes["judgement"] = [blob.judgement, state]
    if finding.refusal:
        changes["refusal"] = [None, finding.refusal]
    blob.judgement, blob.refusal, blob.refusal_detail = state, finding.refusal, finding.detail
    blob.judged_at = timezone.now()
    blob.save()
    evidence = Evidence.objects.filter(blob=blob).select_related("uploaded_by").first()
    record("evidence.judged", evidence or blob, actor=actor, agency_id=blob.agency_id, changes=changes)
    if not finding.refusal:
        go_on_with_taken(blob, actor=actor)
        return blob
    transaction.on_commit(lambda: _remove_refused(blob), robust=True)
    if evidence is not None:
        if not evidence.is_submitted:  # else higher rooms know what may be done about it
            _tell(evidence, blob)
        FILE_REFUSED.announce(evidence, actor=actor)
    return blob


def go_on_with_taken(blob: Blob, *, actor: Actor) -> None:
    """What follows once a file is taken: the scan, its first pictures, its text."""
    by = actor.on_behalf_of or actor
    scan_later(blob, actor=by)
    queue_first_previews(blob, actor=by)
    queue_text_reading(blob, actor=by)


@transaction.atomic
def _remove_refused(blob: Blob) -> None:
    """Nothing of a refused file is kept; unless the agency has sent the same bytes again meanwhile."""
    Agency.objects.select_for_update(no_key=True).get(pk=blob.agency_id)
    if Blob.objects.filter(pk=blob.pk, judgement=Blob.Judgement.REFUSED).exists():
        store.remove_files(blob.path)


def _tell(evidence: Evidence, blob: Blob) -> None:
    keepers = people_with_role(Role.KEEPER, agency_id=evidence.agency_id)
    people = [*keepers, *([evidence.uploaded_by] if evidence.uploaded_by else [])]
    notify(
        people,
        _SUBJECT,
        _BODY,
        reverse("evidence:preview", args=[evidence.pk]),
        values={"title": evidence.title, "why": refusal_sentence(blob)},
        about=evidence.title,
    )


@task(priority=20, takes_context=True)
def judge_waiting_file(context: Any, blob_id: int, is_late: bool = False) -> None:
    """Judge a file that has just come in; one of somebody who has cost much, after all others."""
    cause = cause_of(context)
    blob = Blob.objects.filter(pk=blob_id, judgement=Blob.Judgement.WAITING).first()
    if blob is None:
        return
    actor = system_actor_for(cause)
    if not is_late and waits_behind(blob.agency_id, cause.by_id):
        enqueue_task(judge_waiting_file.using(priority=BEHIND), blob_id, True, actor=actor.on_behalf_of)
        return
    with reading_cost(blob.agency_id, cause.by_id):
        try:
            judge_file(blob, actor=actor)
        except FileNotFoundError:  # `evidence verify` lists it; `judge_left_files` tries again
            logger.error("blob %s is not judged: the storage has lost it", blob_id)


def judge_later(blob: Blob, *, actor: Actor) -> None:
    """Have a worker judge the file that `actor` brought, once its rows are committed."""
    enqueue_task(judge_waiting_file, blob.pk, actor=actor)


@periodic_task(timedelta(minutes=10))
@task()
def judge_left_files() -> None:
    """Put into the queue what has waited long: its task failed for good, or came back from a backup."""
    since = timezone.now() - LEFT
    left = Blob.objects.filter(judgement=Blob.Judgement.WAITING, created_at__lt=since).order_by("created_at")
    for blob_id in left.values_list("pk", flat=True)[:AT_ONCE]:
        if cache.add(f"judging-again:{blob_id}", 1, 3600):
            enqueue_task(judge_waiting_file, blob_id, actor=system_actor())
