"""Events that are certainly this installation's own: for whoever acts on nothing else."""

import hmac

from .keys import KEYS_BEGUN, chain_key, seal_event
from .models import Chain, Event
from .services import hash_event, hashed_content


def find_sealed_event(target: str, *actions: str, agency_id: int | None) -> Event | None:
    """The latest event of `actions` about `target` in the agency's chain whose hash and seal hold.

    An event from before there were keys has no seal; it counts where the sealed event that closes those
    times stands after it.
    """
    chains = Chain.objects.filter(agency=agency_id) if agency_id else Chain.objects.filter(agency=None)
    found = Event.objects.filter(target=target, action__in=actions, chain__in=chains)
    for event in found.select_related("chain").order_by("-position"):
        if _is_sealed(event) or (not event.mac and _is_unchanged(event) and _is_from_before_keys(event)):
            return event
    return None


def _is_unchanged(event: Event) -> bool:
    return hash_event(event.previous_hash, hashed_content(event)) == event.hash


def _is_sealed(event: Event) -> bool:
    seal = seal_event(_key(event.chain), event.hash)
    return _is_unchanged(event) and hmac.compare_digest(event.mac.encode(), seal.encode())


def _is_from_before_keys(event: Event) -> bool:
    begun = Event.objects.filter(chain=event.chain, action=KEYS_BEGUN).order_by("position").first()
    return begun is not None and begun.position > event.position and _is_sealed(begun)


def _key(chain: Chain) -> bytes:
    return chain_key(chain.pk, chain.agency_id)
