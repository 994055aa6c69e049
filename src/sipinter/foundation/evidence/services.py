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
from sipinter.foundation.web.database import release_connections

from .models import Blob, Evidence
from .reading_turns import person_turn
from .receiving import links, refusals
from .receiving.media import TAKEN
from .receiving.names import base_name, clean_title
from .receiving.quota import require_room
from .receiving.validators import (
    FileFacts,
    ReceivedFile,
    UploadSource,
    check_extension,
    examine_file,
    receive_bytes,
)
from .scanning.services import initial_scan_state, scan_later
from .storage import store
from .texts.services import queue_text_reading

INDEPENDENCE = date(1945, 8, 17)
SAME_SITTING = timedelta(minutes=30)


@dataclass(frozen=True)
class ReceivedEvidence:
    """The evidence that stands for the file; `was_known`: the agency had sent the same bytes before."""

    evidence: Evidence
    was_known: bool


def receive_file(
    agency: Agency, upload: UploadSource, *, title: str = "", dated: date | None = None, actor: Actor
) -> ReceivedEvidence:
    """Take a file into the agency's library; the same bytes again give the same evidence.

    Invalid (with the sentence at field `file`) for a file that is empty, too large, damaged, locked, of a
    kind that is not taken, named as another kind, known to be harmful or over the agency's quota: nothing
    of it is kept. Denied without the right. The scanner judges it later.
    """
    require(actor, "evidence.upload", agency.pk)
    _check_date(agency, dated)
    name = base_name(upload.name or "")
    with store.incoming_file() as file:
        arrived = receive_bytes(upload.chunks(), file, limit=settings.EVIDENCE_MAX_BYTES)
        facts = _known(agency, arrived) or _examined(agency, arrived, name, actor)
        check_extension(facts.media, name)
        title = clean_title(title) or name or _("File without a name")
        return _keep(agency, arrived, facts, title=title, dated=dated, file_name=name, actor=actor)


def _examined(agency: Agency, arrived: ReceivedFile, name: str, actor: Actor) -> FileFacts:
    release_connections()
    with person_turn(actor, agency.pk):
        return examine_file(arrived, name)


def _known(agency: Agency, arrived: ReceivedFile) -> FileFacts | None:
    """What is on record about the same bytes, so that they are not examined twice; Invalid when harmful."""
    blob = Blob.objects.filter(agency=agency, sha256=arrived.sha256).first()
    if blob and blob.scan == Blob.Scan.INFECTED:
        raise refusals.infected_file_error(blob.signature)
    return FileFacts(TAKEN[blob.media_type], blob.pages, tuple(blob.flags)) if blob else None


@transaction.atomic
def _keep(
    agency: Agency,
    arrived: ReceivedFile,
    facts: FileFacts,
    *,
    title: str,
    dated: date | None,
    file_name: str,
    actor: Actor,
) -> ReceivedEvidence:
    """Put the file into the storage and its rows into the database, both or neither."""
    _one_at_a_time(agency)
    name = store.blob_name(agency.pk, arrived.sha256)
    blob = Blob.objects.filter(agency=agency, sha256=arrived.sha256).first()
    if blob is None:
        require_room(agency, arrived.size)
    is_new = store.put_file(name, arrived.path, arrived.sha256)
    try:
        if blob is None:
            blob = Blob.objects.create(
                agency=agency,
                sha256=arrived.sha256,
                size=arrived.size,
                media_type=facts.media.type,
                path=name,
                pages=facts.pages,
                flags=list(facts.flags),
                scan=initial_scan_state(),
            )
        scan_later(blob, actor=actor)
        queue_text_reading(blob, actor=actor)
        known = Evidence.objects.filter(agency=agency, blob=blob).first()
        if known is not None:
            return ReceivedEvidence(known, was_known=True)
        added = _add(agency, title, dated, actor, blob=blob, file_name=file_name)
        return ReceivedEvidence(added, was_known=False)
    except BaseException:
        if is_new:
            store.remove_files(name)
        raise


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
