"""The one place that answers "may this person do that?".

Every room registers predicates under a dotted action; services, pages, API and the docs ask `may`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, overload

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .actor import Actor
from .errors import Denied
from .roles import Role


@dataclass(frozen=True)
class Permission:
    """Yes, or no with a sentence that says why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Permission(True)
Predicate = Callable[[Actor, Any], Permission]
_predicates: dict[str, Predicate] = {}
_despite_ties: dict[str, str] = {}


def refuse(reason: str | Promise) -> Permission:
    """A refusal with its reason."""
    return Permission(False, str(reason))


@overload
def predicate(action: str, *, despite_ties: str = "") -> Callable[[Predicate], Predicate]: ...
@overload
def predicate(
    action: str, *, only: Collection[Role], otherwise: str | Promise, despite_ties: str = ""
) -> Predicate: ...
def predicate(
    action: str, *, only: Collection[Role] = (), otherwise: str | Promise = "", despite_ties: str = ""
) -> Callable[[Predicate], Predicate] | Predicate:
    """Register the answer for `action`: the decorated function.

    With `only`, at once: whoever holds one of these roles may, everybody else reads `otherwise`.
    `despite_ties`: why the supervising body's people may do it though they are tied to an agency; what is
    about one agency is a `desk_predicate` instead (`conflicts.py`).
    ValueError for an action that already has an answer.
    """

    def register(function: Predicate) -> Predicate:
        if action in _predicates:
            raise ValueError(f"two predicates for {action}")
        _predicates[action] = function
        if despite_ties:
            _despite_ties[action] = despite_ties
        return function

    def holds_role(actor: Actor, _obj: Any) -> Permission:
        return YES if actor.has(*only) else refuse(otherwise)

    return register(holds_role) if only else register


def registered_actions() -> list[str]:
    """All registered actions, sorted."""
    return sorted(_predicates)


def allowed_despite_ties() -> dict[str, str]:
    """The exceptions from the rule about conflicts of interest: action -> reason, as a sentence."""
    return dict(sorted(_despite_ties.items()))


def may(actor: Actor, action: str, obj: Any = None) -> Permission:
    """Whether `actor` may do `action` to `obj`; KeyError for an action nobody registered."""
    judge = _predicates[action]
    if actor.is_system:
        return YES
    if not actor.is_signed_in:
        return refuse(_("Sign in first."))
    verdict = judge(actor, obj)
    if not verdict and actor.withheld:
        return refuse(_("Your role needs a second factor: turn on two-step sign-in in your account first."))
    return verdict


def require(actor: Actor, action: str, obj: Any = None) -> None:
    """Denied with the reason when `may` says no."""
    verdict = may(actor, action, obj)
    if not verdict:
        raise Denied(verdict.reason)
