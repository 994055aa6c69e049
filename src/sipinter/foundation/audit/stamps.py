"""Time stamps of checkpoints (RFC 3161): a foreign authority says that each was there by then.

Whoever holds every key of ours can sign another past, but not have it stamped in the past.
"""

import base64
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Min, QuerySet
from django.utils import timezone

from sipinter.foundation.documents.signing import timestamps

from .checkpoints import checkpoint_stem, parse_checkpoint, write_file_once
from .models import Checkpoint, CheckpointStamp

PATIENCE = timedelta(hours=1)  # how long a checkpoint may wait for its stamp
LATEST = timedelta(days=1)  # between a checkpoint and its stamp, the authority being away


def checkpoints_to_stamp() -> QuerySet[Checkpoint]:
    """Checkpoints that wait for a stamp; none where no authority is configured."""
    found = Checkpoint.objects.filter(stamp=None).order_by("number")
    return found if settings.SIGNING_TIMESTAMP_URL else found.none()


def stamp_checkpoints() -> int:
    """Have every waiting one stamped, and write the stamp beside its files (`.tsr`); how many.

    NoTimestamp when the authority gives none: the queue tries again. Those from long before an authority was
    configured are left alone.
    """
    count = 0
    for checkpoint in checkpoints_to_stamp().filter(number__gte=_first()):
        token = timestamps.stamp(bytes.fromhex(checkpoint.sha256))
        CheckpointStamp.objects.create(checkpoint=checkpoint, token=base64.b64encode(token).decode())
        write_file_once(Path(settings.CHECKPOINTS) / stamp_file_name(checkpoint), token)
        count += 1
    return count


def has_checkpoints_to_stamp() -> bool:
    """Whether any checkpoint could be stamped now."""
    return (
        bool(settings.SIGNING_TIMESTAMP_URL) and checkpoints_to_stamp().filter(number__gte=_first()).exists()
    )


def _first() -> int:
    """The number from which on checkpoints are stamped: the first that was, else the newest of all."""
    stamped: int | None = CheckpointStamp.objects.aggregate(n=Min("checkpoint__number"))["n"]
    if stamped is not None:
        return stamped
    return Checkpoint.objects.order_by("number").values_list("number", flat=True).last() or 0


def stamp_file_name(checkpoint: Checkpoint) -> str:
    """The name of the file that holds the token (DER)."""
    return f"{checkpoint_stem(checkpoint)}.tsr"


def stamp_fault(checkpoint: Checkpoint, first: int | None) -> str:
    """The kind of fault of a checkpoint's stamp, or nothing; `first`: from which number on there are stamps.

    Nothing can be said where no authority is pinned.
    """
    if first is None or checkpoint.number < first or not timestamps.pinned_certificates():
        return ""
    made = parse_checkpoint(checkpoint.text).made
    found = CheckpointStamp.objects.filter(checkpoint=checkpoint).first()
    if found is None:
        return "not stamped" if made < timezone.now() - PATIENCE else ""
    try:
        moment = timestamps.verify_stamp(base64.b64decode(found.token), bytes.fromhex(checkpoint.sha256))
    except (timestamps.StampFault, ValueError):
        return "stamp wrong"
    return "stamped late" if not -PATIENCE < moment - made < LATEST else ""


def first_stamp_number() -> int | None:
    """The number of the first checkpoint with a stamp."""
    found: int | None = CheckpointStamp.objects.aggregate(n=Min("checkpoint__number"))["n"]
    return found
