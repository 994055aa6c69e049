"""Every write of the evidence room."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import record, target_of

from .judging.services import go_on_with_taken, judge_later
from .models import Blob, Evidence
from .reading_turns import REMEMBERED
from .receiving import links, refusals
from .receiving.media import TAKEN, Media
from .receiving.names import base_name, clean_title
from .receiving.quota import require_room
from .receiving.validators import (
    ReceivedFile,
    UploadSource,
    check_extension,
    check_first_bytes,
    receive_bytes,
)
from .scanning.services import initial_scan_state
from .storage import store

INDEPENDENCE = date(1945, 8, 17)
SAME_SITTING = timedelta(minutes=30)
NOT_READ_AGAIN = timedelta(seconds=REMEMBERED)  # for which the bytes of a refused file are refused at once


@dataclass(frozen=True)
class ReceivedEvidence:
    """The evidence that stands for the file; `was_known`: the agency had sent the same bytes before."""

    evidence: Evidence
    was_known: bool


def receive_file(
    agency: Agency, upload: UploadSource, *, title: str = "", dated: date | None = None, actor: Actor
) -> ReceivedEvidence:
    """Take a file into the agency's library; the same bytes again give the same evidence.

    Nothing of it is parsed here: a worker judges it (`judging/`), and it stands as evidence meanwhile.
    Invalid (with the sentence at field `file`) for a file that is empty, too large, by its first bytes of a
    kind that is not taken or named as another, known to be refused or harmful, or over the agency's quota:
    nothing of it is kept. Denied without the right.
    """
    require(actor, "evidence.upload", agency.pk)
    _check_date(agency, dated)
    name = base_name(upload.name or "")
    with store.incoming_file() as file:
        arrived = receive_bytes(upload.chunks(), file, limit=settings.EVIDENCE_MAX_BYTES)
        media = check_first_bytes(arrived.head, name)
        title = clean_title(title) or name or _("File without a name")
        return _keep(agency, arrived, media, title=title, dated=dated, file_name=name, actor=actor)


def _check_known(blob: Blob, name: str) -> None:
    """Invalid for bytes that are known to be harmful, refused not long ago, or of another kind than named."""
    if blob.scan == Blob.Scan.INFECTED:
        raise refusals.infected_file_error(blob.signature)
    if blob.judgement == Blob.Judgement.TAKEN or blob.refusal == refusals.MISNAMED:
        check_extension(TAKEN[blob.media_type], name)
    elif blob.is_refused and blob.judged_at and blob.judged_at > timezone.now() - NOT_READ_AGAIN:
        raise refusals.judged_file_error(blob)


@transaction.atomic
def _keep(
    agency: Agency,
    arrived: ReceivedFile,
    media: Media,
    *,
    title: str,
    dated: date | None,
    file_name: str,
    actor: Actor,
) -> ReceivedEvidence:
    """Put the file into the storage and its rows into the database, both or neither."""
    _one_at_a_time(agency)
    name = store.blob_name(agency.pk, arrived.sha256)
    blob = Blob.objects.select_for_update().filter(agency=agency, sha256=arrived.sha256).first()
    if blob is not None:
        _check_known(blob, file_name)
    if blob is None or blob.is_refused:
        require_room(agency, arrived.size)
    is_new = store.put_file(name, arrived.path, arrived.sha256)
    try:
        if blob is None:
            blob = Blob.objects.create(
                agency=agency,
                sha256=arrived.sha256,
                size=arrived.size,
                media_type=media.type,
                path=name,
                scan=initial_scan_state(),
                judgement=Blob.Judgement.WAITING,
            )
            judge_later(blob, actor=actor)
        elif blob.judgement == Blob.Judgement.TAKEN:
            go_on_with_taken(blob, actor=actor)
        elif blob.is_refused:
            _take_up_again(blob, file_name, actor)
        known = Evidence.objects.filter(agency=agency, blob=blob).first()
        if known is not None:
            return ReceivedEvidence(known, was_known=True)
        added = _add(agency, title, dated, actor, blob=blob, file_name=file_name)
        return ReceivedEvidence(added, was_known=False)
    except BaseException:
        if is_new:
            store.remove_files(name)
        raise


def _take_up_again(blob: Blob, file_name: str, actor: Actor) -> None:
    """The bytes of a refused file, sent once more: under their right name, or after a while."""
    before = blob.judgement
    is_named_right = blob.refusal == refusals.MISNAMED
    blob.judgement = Blob.Judgement.TAKEN if is_named_right else Blob.Judgement.WAITING
    blob.refusal, blob.refusal_detail = "", ""
    blob.save(update_fields=["judgement", "refusal", "refusal_detail"])
    evidence = Evidence.objects.filter(blob=blob).first()
    changes: dict[str, list[Any]] = {"judgement": [before, blob.judgement]}
    if evidence is not None:
        changes["file_name"] = [evidence.file_name, file_name]
        evidence.file_name = file_name
        evidence.save(update_fields=["file_name"])
    record("evidence.judged", evidence or blob, actor=actor, agency_id=blob.agency_id, changes=changes)
    if is_named_right:
        go_on_with_taken(blob, actor=actor)
    else:
        judge_later(blob, actor=actor)


def _one_at_a_time(agency: Agency) -> None:
    """Within a transaction: the same file or link sent twice at once is taken once."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)


def _add(agency: Agency, title: str, dated: date | None, actor: Actor, **content: Any) -> Evidence:
    kind = Evidence.Kind.FILE if "blob" in content else Evidence.Kind.LINK
    evidence = Evidence.objects.create(
        agency=agency, kind=kind, title=title, dated=dated, uploaded_by_id=actor.user_id, **content
    )
    changes: dict[str, list[Any]] = {"title": [None, title]}
    if blob := evidence.blob:
        changes |= {"sha256": [None, blob.sha256], "size": [None, blob.size], "type": [None, blob.media_type]}
    else:
        changes |= {"url": [None, evidence.url]}
    record("evidence.added", evidence, actor=actor, agency_id=agency.pk, changes=changes)
    return evidence


@transaction.atomic
def add_link(agency: Agency, url: str, *, title: str = "", actor: Actor) -> Evidence:
    """Keep a web address as evidence; it is never fetched. The same address again gives the same evidence.

    Invalid (field `url`) for anything but a public http(s) address; Denied without the right.
    """
    require(actor, "evidence.upload", agency.pk)
    try:
        address = links.clean_link(url)
    except links.BadLink as bad:
        raise Invalid(str(bad.sentence), fields={"url": str(bad.sentence)}) from bad
    _one_at_a_time(agency)
    known = Evidence.objects.filter(agency=agency, kind=Evidence.Kind.LINK, url=address).first()
    if known is not None:
        return known
    return _add(
        agency, clean_title(title) or clean_title(links.link_title(address)), None, actor, url=address
    )


def _check_date(agency: Agency, dated: date | None) -> None:
    """Invalid for a document's date in the future (on the agency's clock) or before the Republic."""
    if dated is None:
        return
    if not INDEPENDENCE <= dated <= agency.today():
        raise Invalid.at(
            "dated", _("The date of the document cannot lie in the future or before 17 August 1945.")
        )


def note_opening(evidence: Evidence, *, actor: Actor, how: str) -> None:
    """Record (`evidence.read`) that somebody from outside the agency opens its evidence.

    `how` is preview or download; once a sitting of half an hour for the same person and way.
    """
    if actor.is_system or actor.has(*ASSESSMENT_ROLES, agency_id=evidence.agency_id):
        return
    changes = {"how": [None, how]}
    recent = events_about([target_of(evidence)]).filter(
        actor_id=actor.user_id, action="evidence.read", at__gt=timezone.now() - SAME_SITTING
    )
    if all(event.changes != changes for event in recent):
        record("evidence.read", evidence, actor=actor, agency_id=evidence.agency_id, changes=changes)
