"""Reading who belongs where, shaped for the pages; a constant number of queries each."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import may
from sipinter.foundation.access.roles import Role
from sipinter.foundation.agencies.models import Agency, TimeZone

from .models import Invitation, Membership, Notification, User

_ORDER = {role: position for position, role in enumerate(Role.values)}
FOUND = 20


@dataclass(frozen=True)
class Member:
    """A row of the team's list: the membership, and whether the actor may change it."""

    membership: Membership
    role: str
    changeable: bool


@dataclass(frozen=True)
class PendingInvitation:
    """An open invitation; whether the actor may send it again or withdraw it, or confirm it."""

    invitation: Invitation
    role: str
    changeable: bool
    confirmable: bool


def people_with_role(*roles: Role, agency_id: int | None = None, unit: str | None = None) -> QuerySet[User]:
    """Active people who hold one of `roles` now, in the agency and unit where given; by name, once each."""
    held = Membership.objects.current().filter(user=OuterRef("pk"), role__in=roles)
    if agency_id is not None:
        held = held.filter(agency_id=agency_id)
    if unit is not None:
        held = held.filter(unit=unit)
    return User.objects.filter(Exists(held), is_active=True).order_by("name", "pk")


def managed_agencies(actor: Actor) -> list[Agency]:
    """Agencies whose account keeper the actor is, by name."""
    return list(Agency.objects.filter(pk__in=actor.agency_ids((Role.KEEPER,))))


def time_zone_of(actor: Actor) -> str:
    """The time zone in which the person reads times: their agency's; WIB when their agencies differ."""
    zones = set(
        Agency.objects.filter(pk__in=actor.agency_ids(confined=True)).values_list("time_zone", flat=True)
    )
    return zones.pop() if len(zones) == 1 else TimeZone.WIB.value


def search_agencies(words: str) -> list[Agency]:
    """The first agencies whose name holds every one of the words."""
    found = Agency.objects.all()
    for word in words.split():
        found = found.filter(name__icontains=word)
    return list(found[:FOUND])


def members_of(agency: Agency, actor: Actor) -> list[Member]:
    """Everybody with a current role in the agency, by role, then name (one query)."""
    found = Membership.objects.current().filter(agency=agency).select_related("user")
    rows = sorted(found, key=lambda m: (_ORDER[m.role], m.user.name.casefold()))
    return [
        Member(m, str(Role(m.role).label), bool(may(actor, "accounts.change_membership", m))) for m in rows
    ]


def pending_invitations(agency: Agency, actor: Actor) -> list[PendingInvitation]:
    """Invitations of the agency that nobody has taken up, newest first (one query)."""
    rows = Invitation.objects.waiting().filter(agency=agency).select_related("invited_by")
    return [
        PendingInvitation(
            i,
            str(Role(i.role).label),
            bool(may(actor, "accounts.invite", (agency.pk, i.role))),
            i.waits_for_confirmation and bool(may(actor, "accounts.confirm_invitation", i)),
        )
        for i in rows
    ]


def invitable_roles(actor: Actor, agency: Agency) -> list[tuple[str, str]]:
    """(code, label) of the roles that the actor may invite people to in the agency."""
    return [
        (role.value, str(role.label))
        for role in Role
        if role.fits(agency) and may(actor, "accounts.invite", (agency.pk, role))
    ]


def notifications_of(actor: Actor) -> QuerySet[Notification]:
    """The actor's notifications, newest first."""
    return Notification.objects.visible_to(actor)
