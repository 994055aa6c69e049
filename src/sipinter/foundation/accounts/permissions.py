"""Who may invite people, change what they may do, and remove their second factor."""

from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import AGENCY_ROLES, Role

from .models import Invitation, Membership, User

_NAMES_PEOPLE = "Somebody has to be able to name an agency's people; what these do, others judge."


@predicate("accounts.invite", despite_ties=_NAMES_PEOPLE)
def may_invite(actor: Actor, wanted: tuple[int, str]) -> Permission:
    """`wanted` is (agency id, role). A keeper invites the agency's people; an administrator anybody.

    What a keeper sends for secretary or head of the agency goes out once it is confirmed
    (`accounts.confirm_invitation`).
    """
    agency_id, role = wanted
    if actor.has(Role.ADMINISTRATOR):
        return YES
    if role not in AGENCY_ROLES:
        return refuse(_("Only the national administrator invites people of the supervising body."))
    if actor.has(Role.KEEPER, agency_id=agency_id):
        return YES
    return refuse(_("Only the account keeper of this agency invites its people."))


@predicate("accounts.confirm_invitation", despite_ties=_NAMES_PEOPLE)
def may_confirm_invitation(actor: Actor, invitation: Invitation) -> Permission:
    """Agreeing to another's invitation for secretary or head: the present holder, or the administrator."""
    if invitation.invited_by_id is not None and invitation.invited_by_id == actor.user_id:
        return refuse(_("Somebody other than who sent this invitation confirms it."))
    if actor.has(Role.ADMINISTRATOR) or actor.has(invitation.role, agency_id=invitation.agency_id):
        return YES
    return refuse(_("Only who holds this role now, or the national administrator, confirms this invitation."))


@predicate("accounts.manage_members", despite_ties=_NAMES_PEOPLE)
def may_manage_members(actor: Actor, agency_id: int) -> Permission:
    """Seeing and changing who belongs to an agency."""
    if actor.has(Role.ADMINISTRATOR) or actor.has(Role.KEEPER, agency_id=agency_id):
        return YES
    return refuse(_("Only the account keeper of this agency manages its people."))


@predicate("accounts.change_membership", despite_ties=_NAMES_PEOPLE)
def may_change_membership(actor: Actor, membership: Membership) -> Permission:
    """Changing or ending somebody's role: whoever could invite for it."""
    return may_invite(actor, (membership.agency_id, membership.role))


@predicate("person.erase", despite_ties="Erasing is a right of the person, wherever the administrator works.")
def may_erase_person(actor: Actor, person: User) -> Permission:
    """Erasing a person's data: the national administrator, never their own."""
    if person.pk == actor.user_id:
        return refuse(_("Another administrator erases your data."))
    if actor.has(Role.ADMINISTRATOR):
        return YES
    return refuse(_("Only the national administrator erases a person's data."))


@predicate("accounts.remove_second_factor", despite_ties=_NAMES_PEOPLE)
def may_remove_second_factor(actor: Actor, membership: Membership) -> Permission:
    """Somebody else's, by whoever could invite them for every role that they have."""
    if membership.user_id == actor.user_id:
        return refuse(_("Your own second factor is changed in your account."))
    for held in Membership.objects.current().filter(user_id=membership.user_id):
        if not (verdict := may_change_membership(actor, held)):
            return verdict
    return may_change_membership(actor, membership)
