"""Writing the audit trail: one function, called inside the transaction of the change it records."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.web.request_id import current_request_id

from .heads import note_head
from .keys import chain_key, seal_event
from .models import Chain, Event
from .persons import seal_user
from .rows import row_digests


def hash_event(previous: str, content: dict[str, Any]) -> str:
    """SHA-256 (hex) over the previous hash and the row's content in canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def hashed_content(event: Event) -> dict[str, Any]:
    """What the hash of `event` covers: every column but the keys and the hash itself.

    For whom it was done stands in it only when it was done for somebody, rows only when there are any.
    """
    content = {
        "position": event.position,
        "at": event.at.isoformat(),
        "actor": event.actor_id,
        "name": event.actor_name,
        "role": event.actor_role,
        "agency": event.agency_id,
        "action": event.action,
        "target": event.target,
        "changes": event.changes,
        "request": event.request_id,
    }
    if event.on_behalf_of_id is not None or event.on_behalf_name != "":
        content |= {"for": event.on_behalf_of_id, "for_name": event.on_behalf_name}
    if event.rows:
        content["rows"] = event.rows
    return content


def target_of(obj: Any, part: str = "") -> str:
    """`model:id[:part]`, the name under which events about `obj` are found."""
    name = f"{obj._meta.model_name}:{obj.pk}"
    return f"{name}:{part}" if part else name


def record(
    action: str,
    target: Any,
    *,
    actor: Actor,
    agency_id: int | None = None,
    changes: dict[str, Any] | None = None,
    rows: Iterable[models.Model] = (),
) -> Event:
    """Append one event to the chain of `agency_id` (None: the nation's) and return it.

    An actor that acts for somebody (`Actor.on_behalf_of`) is on record together with that person.
    `action` is a dotted verb (`assessment.submitted`), `target` a model instance or a ready name,
    `changes` maps a field to [from, to] in JSON values. `rows`: what was made or changed, as it stands in the
    database now, where the trail vouches for its table (`rows.py`).
    """
    principal = actor.on_behalf_of
    # What cannot be recorded must not happen: there is nothing to go back to but the beginning.
    with transaction.atomic(savepoint=False):
        chain, _ = Chain.objects.select_for_update().get_or_create(agency_id=agency_id)  # type: ignore[misc]
        event = Event(
            chain=chain,
            position=chain.length + 1,
            at=timezone.now(),
            actor_id=actor.user_id,
            actor_name=seal_user(actor.user_id, actor.name),
            actor_role=actor.role_names,
            on_behalf_of_id=principal.user_id if principal else None,
            on_behalf_name=seal_user(principal.user_id, principal.name) if principal else "",
            agency_id=agency_id,
            action=action,
            target=target if isinstance(target, str) else target_of(target),
            # Through JSON once, so that the hash covers exactly what will be read back.
            changes=json.loads(json.dumps(changes or {}, default=str)),
            rows=row_digests(rows),
            request_id=current_request_id(),
            previous_hash=chain.head,
        )
        event.hash = hash_event(chain.head, hashed_content(event))
        event.mac = seal_event(chain_key(chain.pk, agency_id), event.hash)
        event.save(force_insert=True)
        Chain.objects.filter(pk=chain.pk).update(length=event.position, head=event.hash)
        note_head(event)
    return event


def record_rows(rows: Iterable[models.Model], *, actor: Actor, agency_id: int) -> None:
    """Record rows that were written after the event of the act itself; nothing where there are none."""
    if found := list(rows):
        record("rows.written", "audit:rows", actor=actor, agency_id=agency_id, rows=found)
