"""The one place that answers "may this person do that?".

Every room registers predicates under a dotted action; services, pages, API and the docs ask `may`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Denied
from sipinter.foundation.access.roles import AGENCY_ROLES, Role

from .actor import Actor
from .models import Membership


@dataclass(frozen=True)
class Verdict:
    """Yes, or no with a sentence that says why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Verdict(True)
Predicate = Callable[[Actor, Any], Verdict]
_predicates: dict[str, Predicate] = {}


def no(reason: str) -> Verdict:
    """A refusal with its reason."""
    return Verdict(False, str(reason))


def predicate(action: str) -> Callable[[Predicate], Predicate]:
    """Register the decorated function as the answer for `action`."""

    def register(function: Predicate) -> Predicate:
        if action in _predicates:
            raise ValueError(f"two predicates for {action}")
        _predicates[action] = function
        return function

    return register


def actions() -> list[str]:
    """All registered actions, sorted."""
    return sorted(_predicates)


def may(actor: Actor, action: str, obj: Any = None) -> Verdict:
    """Whether `actor` may do `action` to `obj`; KeyError for an action nobody registered."""
    judge = _predicates[action]
    if actor.is_system:
        return YES
    if not actor.is_signed_in:
        return no(_("Sign in first."))
    verdict = judge(actor, obj)
    if not verdict and actor.withheld:
        return no(_("Your role needs a second factor: turn on two-step sign-in in your account first."))
    return verdict


def require(actor: Actor, action: str, obj: Any = None) -> None:
    """Denied with the reason when `may` says no."""
    verdict = may(actor, action, obj)
    if not verdict:
        raise Denied(verdict.reason)


@predicate("accounts.invite")
def may_invite(actor: Actor, wanted: tuple[int, str]) -> Verdict:
    """`wanted` is (agency id, role). A keeper invites the agency's people; an administrator anybody."""
    agency_id, role = wanted
    if actor.has(Role.ADMINISTRATOR):
        return YES
    if role not in AGENCY_ROLES:
        return no(_("Only the national administrator invites people of the supervising body."))
    if actor.has(Role.KEEPER, agency_id=agency_id):
        return YES
    return no(_("Only the account keeper of this agency invites its people."))


@predicate("accounts.manage_members")
def may_manage_members(actor: Actor, agency_id: int) -> Verdict:
    """Seeing and changing who belongs to an agency."""
    if actor.has(Role.ADMINISTRATOR) or actor.has(Role.KEEPER, agency_id=agency_id):
        return YES
    return no(_("Only the account keeper of this agency manages its people."))


@predicate("accounts.change_membership")
def may_change_membership(actor: Actor, membership: Membership) -> Verdict:
    """Changing or ending somebody's role: whoever could invite for it."""
    return may_invite(actor, (membership.agency_id, membership.role))


@predicate("accounts.remove_second_factor")
def may_remove_second_factor(actor: Actor, membership: Membership) -> Verdict:
    """Somebody else's, by whoever could invite them for every role that they have."""
    if membership.user_id == actor.user_id:
        return no(_("Your own second factor is changed in your account."))
    for held in Membership.objects.current().filter(user_id=membership.user_id):
        if not (verdict := may_change_membership(actor, held)):
            return verdict
    return may_change_membership(actor, membership)
