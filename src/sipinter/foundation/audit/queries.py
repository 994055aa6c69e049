"""Reading the audit trail."""

import hmac
from collections.abc import Iterable

from django.db.models import QuerySet

from .keys import KEYS_BEGUN, chain_key, seal_event
from .models import Event


def events_about(targets: Iterable[str]) -> QuerySet[Event]:
    """Events about any of `targets` (names as `target_of` makes them), newest first."""
    return Event.objects.filter(target__in=list(targets))


def is_sealed(event: Event) -> bool:
    """Whether the event's seal is ours; one from before there were keys, whether a sealed one says so."""
    if event.mac:
        seal = seal_event(chain_key(event.chain_id, event.agency_id), event.hash)
        return hmac.compare_digest(event.mac.encode(), seal.encode())
    begun = Event.objects.filter(chain_id=event.chain_id, action=KEYS_BEGUN).order_by("position").first()
    return begun is not None and begun.mac != "" and begun.position > event.position and is_sealed(begun)
