"""Changing who belongs to an agency, and what a team member is asked to fill in."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import CONFIRMED_ROLES, Role
from sipinter.foundation.audit.services import record

from ..models import Membership
from ..scope import clean_scope
from ..sessions import end_all_sessions
from .invitations import close_invitations_of
from .leaders import tell_leaders


@transaction.atomic
def change_scope(membership: Membership, *, scope: Iterable[str], actor: Actor) -> Membership:
    """Limit a team member to aspects ("3") and indicators ("3.4"); an empty scope means all.

    Denied without the right, Invalid for unknown codes, NotNow when the membership has ended.
    """
    require(actor, "accounts.change_membership", membership)
    membership = _locked(membership)
    before, after = membership.scope, clean_scope(scope, membership.role)
    if before == after:
        return membership
    membership.scope = after
    membership.save(update_fields=["scope"])
    where = membership.agency_id
    record(
        "membership.scope_changed",
        membership,
        actor=actor,
        agency_id=where,
        changes={"scope": [before, after]},
        rows=[membership],
    )
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, actor: Actor) -> Membership:
    """End a person's role in an agency; what they did stays.

    NotNow when it has ended already, or for the last account keeper or administrator: without one
    nobody could invite the next. Their browsers are signed out: the rights of a sign-in never change. What
    they sent and may no longer send is closed.
    """
    require(actor, "accounts.change_membership", membership)
    _lock_everybody(membership)
    membership = _locked(membership)
    _check_not_the_last(membership, actor)
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    where = membership.agency_id
    changes = {"ended_at": [None, membership.ended_at]}
    record("membership.ended", membership, actor=actor, agency_id=where, changes=changes, rows=[membership])
    close_invitations_of(membership.user, actor=actor)
    if membership.role in CONFIRMED_ROLES:
        tell_leaders(membership, lazy("%(name)s is no longer: %(role)s"))
    end_all_sessions(membership.user, actor=actor)
    return membership


def _lock_everybody(membership: Membership) -> None:
    """Of two last ones who end each other's membership at the same moment, one stays."""
    same = Membership.objects.current().filter(role=membership.role)
    if membership.role == Role.KEEPER:
        same = same.filter(agency_id=membership.agency_id)
    if membership.role in (Role.KEEPER, Role.ADMINISTRATOR):
        list(same.order_by("pk").select_for_update(of=("self",)))


@transaction.atomic
def sign_out_everywhere(membership: Membership, *, actor: Actor) -> int:
    """End every signed-in browser of a member, for example of a lost telephone; how many there were."""
    require(actor, "accounts.change_membership", membership)
    return end_all_sessions(membership.user, actor=actor)


def _locked(membership: Membership) -> Membership:
    found = Membership.objects.select_for_update().get(pk=membership.pk)
    if found.ended_at:
        raise NotNow(_("This membership has ended already."))
    return found


def _check_not_the_last(membership: Membership, actor: Actor) -> None:
    others = Membership.objects.current().filter(role=membership.role, user__is_active=True)
    others = others.exclude(user_id=membership.user_id)
    if membership.role == Role.ADMINISTRATOR and not others.exists():
        raise NotNow(_("This is the last national administrator. Invite another one first."))
    if membership.role != Role.KEEPER or actor.is_system or actor.has(Role.ADMINISTRATOR):
        return  # the national administrator can always invite the agency's next keeper
    if not others.filter(agency_id=membership.agency_id).exists():
        raise NotNow(_("This is the agency's last account keeper. Invite another one first."))
