"""Telling an agency's secretaries and heads when one of them comes or goes."""

from django.utils.functional import Promise

from sipinter.foundation.access.roles import CONFIRMED_ROLES, Role

from ..models import Membership
from ..notify import notify
from ..queries import people_with_role


def tell_leaders(membership: Membership, subject: str | Promise) -> None:
    """Everybody who is secretary or head of the agency now, but the person themself."""
    others = people_with_role(*CONFIRMED_ROLES, agency_id=membership.agency_id)
    notify(
        others.exclude(pk=membership.user_id),
        subject,
        values={"name": membership.user.name, "role": Role(membership.role).label},
        about=membership.agency.name,
    )
