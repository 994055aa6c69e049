"""Reading the audit trail."""

from collections.abc import Iterable

from django.db.models import F, QuerySet

from .keys import KEYS_BEGUN, chain_keys, key_of_seal
from .models import Chain, Event


def events_about(targets: Iterable[str]) -> QuerySet[Event]:
    """Events about any of `targets` (names as `target_of` makes them), newest first."""
    return Event.objects.filter(target__in=list(targets))


def is_sealed(event: Event) -> bool:
    """Whether the event's seal is ours; one from before there were keys, whether a sealed one says so.

    A seal of an earlier key counts where the chain goes on with the present one.
    """
    if event.mac:
        place = _key_of(event)
        return place == 0 or (place is not None and has_present_key(event.chain))
    begun = Event.objects.filter(chain_id=event.chain_id, action=KEYS_BEGUN).order_by("position").first()
    return begun is not None and begun.mac != "" and begun.position > event.position and is_sealed(begun)


def _key_of(event: Event) -> int | None:
    return key_of_seal(chain_keys(event.chain_id, event.agency_id), event.hash, event.mac)


def has_present_key(chain: Chain) -> bool:
    """Whether the chain's last event is sealed with SIPINTER_AUDIT_KEY itself."""
    last = Event.objects.filter(chain=chain).order_by("position").last()
    return last is not None and _key_of(last) == 0


def chains_with_earlier_key() -> list[Chain]:
    """Chains whose last event is sealed otherwise than with the present key (one query)."""
    lasts = Event.objects.filter(position=F("chain__length")).select_related("chain").order_by("chain_id")
    return [event.chain for event in lasts if _key_of(event) != 0]
