"""Refused attempts, counted by person, object and hour: who makes many writes few rows, in nobody's chain.

An event is for ever and takes the head of its chain, for which every save of an agency waits. Anybody who is
signed in can be refused at another agency's door a thousand times a minute, and anybody at all can fail to
sign in: their attempts must neither fill that chain nor hold it. So they stand in a table of their own, a row
for each hour with a count, which every further attempt raises under the lock of that row alone. No network
address is kept: whoever is not signed in is one stranger.

A row that is counted on cannot be a link of a chain. Each is sealed by the audit key as it stands, and once
its hour is over one event in the nation's chain (`close_refusals`) carries the digest of all rows of the
hour: from then on a row that is changed, removed or put in is found, as in the trail. What is removed within
the hour is not.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.web.request_id import current_request_id

from .models import Event, Refusal
from .services import record, target_of

CLOSED = "access.refusals_closed"
MOST_ROWS = 200  # of one person in an hour; all further objects are counted together
MOST_ROWS_OF_STRANGERS = 2000
MOST = 1000  # a count that is reached stays: "a thousand and more"
OTHERS = "others"  # in place of an object's name
SETTLED = timedelta(minutes=10)  # after which nothing of the hour before is still being written


def count_refusal(action: str, target: Any, *, actor: Actor, agency_id: int | None = None) -> None:
    """Count one refused attempt of `actor` (nobody: a stranger) at `target`, an instance or a ready name.

    `agency_id`: to whom the object belongs, who reads of it in their trail.
    """
    name = target if isinstance(target, str) else target_of(target)
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    mine = {"hour": hour, "action": action, "actor_id": actor.user_id}
    rows = Refusal.objects.select_for_update()
    with transaction.atomic():
        row = rows.filter(**mine, target=name).first()
        if row is None:
            most = MOST_ROWS if actor.is_signed_in else MOST_ROWS_OF_STRANGERS
            if Refusal.objects.filter(hour=hour, actor_id=actor.user_id).count() >= most:
                name, agency_id = OTHERS, None
            first = {"agency_id": agency_id, "actor_role": actor.role_names, "last_at": now}
            first["request_id"] = current_request_id()
            row, _made = rows.get_or_create(**mine, target=name, defaults=first)
        if row.count < MOST:
            row.count, row.last_at = row.count + 1, now
            row.mac = seal_refusal(row)
            row.save(update_fields=["count", "last_at", "mac"])


def seal_refusal(row: Refusal) -> str:
    """The MAC (hex) of the row as it stands, under a key of its own derived from SIPINTER_AUDIT_KEY."""
    content = (
        row.pk,
        row.hour.isoformat(),
        row.last_at.isoformat(),
        row.actor_id,
        row.actor_role,
        row.agency_id,
        row.action,
        row.target,
        row.count,
        row.request_id,
    )
    key = hmac.digest(settings.AUDIT_KEY.encode(), b"refusals", "sha256")
    return hmac.digest(key, "\n".join(map(str, content)).encode(), "sha256").hex()


def is_refusal_sealed(row: Refusal) -> bool:
    """Whether it stands as this installation wrote it."""
    return hmac.compare_digest(row.mac.encode(), seal_refusal(row).encode())


@transaction.atomic
def close_refusals(*, actor: Actor) -> int:
    """Put the digest of every hour that is over, and is not closed yet, on record; how many hours."""
    closed = Refusal.objects.filter(closed=True).values("hour")
    over = Refusal.objects.filter(hour__lt=_open_since()).exclude(hour__in=closed)
    hours = list(over.order_by("hour").values_list("hour", flat=True).distinct())
    for hour in hours:
        rows, total, digest = _digest_of(hour)
        changes = {"hour": hour.isoformat(), "rows": rows, "attempts": total, "digest": digest}
        told = {name: [None, value] for name, value in changes.items()}
        record(CLOSED, "audit:refusals", actor=actor, changes=told)
        Refusal.objects.filter(hour=hour).update(closed=True)
    return len(hours)


def refusal_faults() -> Iterator[tuple[str, str]]:
    """(kind, about) of every row that is not sealed by us, and of every hour that is not as it was closed."""
    for row in Refusal.objects.order_by("pk").iterator(chunk_size=2000):
        if not is_refusal_sealed(row):
            yield "refusal forged", f"refusal:{row.pk}"
    known = set()
    for event in Event.objects.filter(action=CLOSED).order_by("pk").iterator(chunk_size=2000):
        told = {name: pair[1] for name, pair in event.changes.items()}
        hour = datetime.fromisoformat(told["hour"])
        known.add(hour)
        if _digest_of(hour) != (told["rows"], told["attempts"], told["digest"]):
            yield "refusals changed", told["hour"]
    closed = Refusal.objects.filter(closed=True).order_by("hour").values_list("hour", flat=True).distinct()
    yield from (("refusals changed", hour.isoformat()) for hour in closed if hour not in known)


def _open_since() -> datetime:
    """The first hour that may still be counted in."""
    return (timezone.now() - SETTLED).replace(minute=0, second=0, microsecond=0)


def _digest_of(hour: datetime) -> tuple[int, int, str]:
    """Of the rows of an hour: how many, how many attempts, SHA-256 (hex) over their seals."""
    found = list(Refusal.objects.filter(hour=hour).order_by("pk").values_list("mac", "count"))
    text = "\n".join(mac for mac, _count in found)
    return len(found), sum(count for _mac, count in found), hashlib.sha256(text.encode()).hexdigest()
