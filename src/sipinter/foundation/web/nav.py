"""What stands in the head of a page, by who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

AGENCY = frozenset({"keeper", "team", "pyb", "ppk"})
DESK = frozenset({"verifier", "coordinator", "plenary", "administrator", "regional_office"})
PLENARY = frozenset({"coordinator", "plenary", "administrator"})


@dataclass(frozen=True)
class NavItem:
    """One link: its text, its address, whether the page being shown belongs to it, a count of what waits."""

    label: str | Promise
    url: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True)
class _Entry:
    label: str | Promise
    name: str
    roles: frozenset[str] | None  # None: everybody


# The order is the order in the page. A room whose pages do not exist is skipped.
PUBLIC = (
    _Entry(_("Register"), "national:register", None),
    _Entry(_("Statistics"), "national:statistics", None),
    _Entry(_("Verify a document"), "national:verify", None),
    _Entry(_("Instruments"), "national:instruments", None),
)
SIGNED_IN = (
    _Entry(_("Home"), "home:home", AGENCY | DESK),
    _Entry(_("Assessment"), "selfassessment:current", AGENCY),
    _Entry(_("Queue"), "verification:queue", DESK),
    _Entry(_("Plenary"), "decisions:plenary", PLENARY),
    _Entry(_("Recommendations"), "followup:list", AGENCY),
    _Entry(_("Rounds"), "record:cycles", frozenset({"administrator"})),
    _Entry(_("Team"), "accounts:team", frozenset({"keeper", "administrator"})),
    _Entry(_("Audit trail"), "trail:list", frozenset({"auditor", "keeper", "pyb", "ppk"})),
    _Entry(_("Register"), "national:register", None),
)

Counter = Callable[[Any], int]
_counters: dict[str, Counter] = {}


def register_counter(name: str) -> Callable[[Counter], Counter]:
    """Register a function `actor -> how many wait` for the link named `name` ("accounts:notifications")."""

    def register(function: Counter) -> Counter:
        _counters[name] = function
        return function

    return register


def count_of(name: str, actor: Any) -> int:
    """What waits behind a link for this actor; 0 for nobody and for links nobody counts."""
    count = _counters.get(name)
    return count(actor) if count and actor and actor.is_signed_in else 0


def url_or_none(name: str) -> str | None:
    """Path of the named page, or None when there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def nav_items(actor: Any, path: str = "") -> list[NavItem]:
    """The links for `actor` (an accounts.actor.Actor or None) on the page at `path`."""
    signed_in = bool(actor and actor.is_signed_in)
    roles = actor.roles if signed_in else frozenset()
    items: list[NavItem] = []
    for entry in SIGNED_IN if signed_in else PUBLIC:
        target = url_or_none(entry.name)
        if target is None or (entry.roles is not None and not entry.roles & roles):
            continue
        items.append(NavItem(entry.label, target, path.startswith(target), count_of(entry.name, actor)))
    return items
