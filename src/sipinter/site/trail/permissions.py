"""Who reads the audit trail: auditors every chain, an agency's keeper, PyB and PPK their own."""

from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import Role

OWN = (Role.KEEPER, Role.PYB, Role.PPK)


@predicate(
    "trail.read", despite_ties="An auditor reads what was done, in every agency, and judges nothing of it."
)
def may_read_trail(actor: Actor, agency_id: int | None = None) -> Permission:
    """Reading the trail of one agency; without one, of whichever the person may read."""
    if actor.has(Role.AUDITOR) or actor.has(*OWN, agency_id=agency_id):
        return YES
    return refuse(_("The audit trail is for auditors, and for an agency's account keeper, PyB and PPK."))
