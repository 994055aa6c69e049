"""What stands in the head of a page, by who is signed in."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from sipinter.foundation.access.actor import NOBODY, Actor
from sipinter.foundation.registries.providers import Provider
from sipinter.foundation.registries.slots import Slot


@dataclass(frozen=True)
class NavEntry:
    """A link that a room offers: its text, the name of its page, whom it is for (None: everybody)."""

    label: str | Promise
    page: str
    roles: Collection[str] | None = None


@dataclass(frozen=True)
class NavItem:
    """A link of the page being shown: its text, its address, whether the page belongs to it."""

    label: str | Promise
    url: str
    current: bool = False


PUBLIC_HEAD: Slot[NavEntry] = Slot("the head of the public pages")
SIGNED_IN_HEAD: Slot[NavEntry] = Slot("the head of the pages of whoever is signed in")
UNREAD_MESSAGES: Provider[[Actor], int] = Provider("how many messages a person has not read")


def unread_messages(actor: Actor | None) -> int:
    """How many messages wait for the actor; 0 for nobody."""
    return (UNREAD_MESSAGES.answer(actor) or 0) if actor and actor.is_signed_in else 0


def url_or_none(name: str) -> str | None:
    """Path of the named page, or None when there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def nav_items(actor: Actor | None, path: str = "") -> list[NavItem]:
    """The links for `actor` on the page at `path`; a room whose pages do not exist is skipped."""
    who = actor or NOBODY
    items: list[NavItem] = []
    for entry in (SIGNED_IN_HEAD if who.is_signed_in else PUBLIC_HEAD).parts():
        target = url_or_none(entry.page)
        if target is None or (entry.roles is not None and not who.roles & frozenset(entry.roles)):
            continue
        items.append(NavItem(entry.label, target, path.startswith(target)))
    return items
