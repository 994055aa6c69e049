"""Every write of an upload under way."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied, NotAnswering, Refused
from sipinter.foundation.access.permissions import require
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.database import release_connections
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task

from ..models import Part, Upload
from ..receiving import refusals
from ..receiving.names import base_name
from ..receiving.quota import require_room
from ..services import ReceivedEvidence
from ..storage import store
from . import parts
from .protocol import MISMATCH, Checksum, ProtocolError

UNFINISHED_AT_ONCE = 20
LEFT_BEHIND = timedelta(days=1)

Finish = Callable[[Upload, parts.CompleteUpload], ReceivedEvidence]


def create_upload(
    agency: Agency, *, assessment: int, code: str, name: str, metadata: str, size: int, actor: Actor
) -> Upload:
    """A new upload of `size` bytes for the indicator `code` of an assessment.

    Invalid when it is over the limit or the agency's room; Denied without the right. The oldest of a
    person's many unfinished uploads give way to it.
    """
    require(actor, "evidence.upload", agency.pk)
    if actor.user_id is None:
        raise Denied(_("An upload belongs to a person."))
    if size > settings.EVIDENCE_MAX_BYTES:
        raise refusals.too_large_error(settings.EVIDENCE_MAX_BYTES)
    require_room(agency, size)
    unfinished = Upload.objects.filter(user_id=actor.user_id, evidence=None).order_by("-created_at")
    for old in unfinished[UNFINISHED_AT_ONCE - 1 :]:
        delete_upload(old)
    return Upload.objects.create(
        agency=agency,
        user_id=actor.user_id,
        assessment=assessment,
        code=code,
        name=base_name(name),
        metadata=metadata,
        size=size,
        expires_at=_expiry(),
    )


def _expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_HOURS)


def append_bytes(
    upload: Upload, read: parts.Read, *, checksum: Checksum | None = None, finish: Finish
) -> ReceivedEvidence | None:
    """Take the bytes that `read` gives as the next ones of `upload`, part by part, each stored before the
    offset moves on. The last one hands the file to `finish`; what that answers when it was taken.

    ProtocolError 409 when somebody else moved the upload on, 460 when the bytes are not those of `checksum`
    (nothing of them is kept). A refusal of `finish` removes the upload, unless it only asks for patience.
    """
    while True:
        release_connections()
        with store.incoming_file() as file:
            most = upload.size - upload.offset
            algorithm = checksum.algorithm if checksum else "sha256"
            piece = parts.fill_piece(file, read, most, whole=checksum is not None, algorithm=algorithm)
            if checksum and not checksum.is_of(piece.digest):
                raise ProtocolError(
                    MISMATCH, "The bytes are not those of Upload-Checksum. Nothing of them was kept."
                )
            if upload.evidence_id is None and piece.count == most:
                return _finished(upload, file, finish)
            if piece.count:
                _store(upload, file, piece.count)
            if piece.is_last:
                return None


def _store(upload: Upload, file: IO[bytes], count: int) -> None:
    """Keep a part and move on, both or neither."""
    path = parts.store_part(upload, file)
    try:
        with transaction.atomic():
            start = upload.offset
            _advance(upload, start + count)
            Part.objects.create(upload=upload, start=start, path=path)
    except BaseException:
        with suppress(Refused):
            store.remove_files(path)
        raise


def _advance(upload: Upload, offset: int, **values: object) -> None:
    """Move on if the upload still stands where its bytes began; ProtocolError 409 when it does not."""
    values |= {"offset": offset, "expires_at": _expiry()}
    standing = Upload.objects.filter(pk=upload.pk, offset=upload.offset, evidence=None)
    if not standing.update(**values):
        raise ProtocolError(409, "Another request has moved this upload on.")
    for name, value in values.items():
        setattr(upload, name, value)


def _finished(upload: Upload, file: IO[bytes], finish: Finish) -> ReceivedEvidence:
    """Hand the file over. Killed in between, the client sends the last bytes again, and the same bytes
    give the same evidence. A part that no row names (its request was killed) goes when the upload expires.
    """
    whole = parts.CompleteUpload(upload, file)
    try:
        received = finish(upload, whole)
    except NotAnswering:  # its bytes are still good
        raise
    except Refused:
        delete_upload(upload)
        raise
    except parts.UploadBytesLost as lost:
        raise _gone(upload) from lost
    _advance(upload, upload.size, evidence=received.evidence)
    upload.parts.all().delete()
    store.remove_files(*whole.paths)
    return received


def _gone(upload: Upload) -> ProtocolError:
    """Bytes were missing: another request has just finished the upload, or the storage has lost them."""
    if not Upload.objects.filter(pk=upload.pk, offset=upload.offset, evidence=None).exists():
        return ProtocolError(409, "Another request has moved this upload on.")
    delete_upload(upload)
    return ProtocolError(410, "The stored bytes of this upload are lost. Send the file again.")


def delete_upload(upload: Upload) -> None:
    """Remove an upload and what is stored of it; evidence that came of it stays."""
    Upload.objects.filter(pk=upload.pk).delete()
    parts.remove_parts(upload.token)


def is_upload_expired(upload: Upload) -> bool:
    """Whether its time has passed."""
    return upload.expires_at <= timezone.now()


def expire_uploads() -> int:
    """Remove uploads whose time has passed, and bytes that no upload knows; how many uploads went.

    Safe to run at any time and on several nodes at once.
    """
    expired = list(Upload.objects.filter(expires_at__lte=timezone.now()))
    for upload in expired:
        delete_upload(upload)
    found = parts.stored_tokens()
    known = set(Upload.objects.filter(pk__in=found).values_list("pk", flat=True))
    for token in found - known:
        parts.remove_parts(token)
    _sweep()
    return len(expired)


@periodic_task(timedelta(hours=1))
@queued_before_as("sipinter.evidence.tasks.forget_uploads")
@task()
def forget_uploads() -> None:
    """Remove uploads that nobody has gone on with in time."""
    expire_uploads()


def _sweep() -> None:
    """Local files of requests that were killed while they came in."""
    before = (timezone.now() - LEFT_BEHIND).timestamp()
    for path in store.incoming_folder().iterdir():
        with suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
