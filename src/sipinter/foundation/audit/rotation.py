"""A new key for the seals: every chain goes on with it, and the earlier one seals nothing any more."""

from django.db import transaction

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require

from .queries import chains_with_earlier_key
from .services import record

KEY_CHANGED = "audit.key_changed"


@transaction.atomic
def rotate_key(*, actor: Actor) -> int:
    """Close every chain that ends under an earlier key by an event of the present one; how many there were.

    Whoever got hold of the earlier key can from then on change nothing: not what stands before that event,
    which its hash covers, nor what comes after it, where the earlier key is no longer known. Denied for
    anybody but the system and the national administrator.
    """
    require(actor, "audit.rotate_key")
    chains = chains_with_earlier_key()
    for chain in chains:
        changes = {"before": [None, chain.length]}
        record(KEY_CHANGED, "audit:trail", actor=actor, agency_id=chain.agency_id, changes=changes)
    return len(chains)
