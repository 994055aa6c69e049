"""Signed-in browsers: when they run out, which a person has, and ending them."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.audit.services import record

from .models import User

BEGUN = "signed_in_at"
SEEN = "seen_at"
NOTED_EVERY = 60.0  # seconds between two notes of a session's use
# In this order: Edge and Opera name Chrome too, Chrome names Safari.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class BrowserSession:
    """One signed-in browser as its owner sees it."""

    pk: int
    device: str
    address: str
    begun: datetime
    seen: datetime
    is_here: bool


def start_session(request: HttpRequest) -> None:
    """Start the clocks of a new sign-in."""
    request.session[BEGUN] = request.session[SEEN] = time.time()


def is_session_expired(request: HttpRequest) -> bool:
    """Whether the sign-in is older than SESSION_LONGEST or was not used for SESSION_IDLE seconds."""
    now = time.time()
    begun = request.session.setdefault(BEGUN, now)
    seen = request.session.setdefault(SEEN, now)
    return bool(now - begun >= settings.SESSION_LONGEST or now - seen >= settings.SESSION_IDLE)


def note_session_use(request: HttpRequest) -> None:
    """Write down that the session is in use, at most once a minute and when its key is new."""
    now, key = time.time(), request.session.session_key
    if now - request.session[SEEN] < NOTED_EVERY and request.session.get("noted") == key:
        return
    request.session[SEEN], request.session["noted"] = now, key
    UserSession.objects.create_from_request(request)


def browser_sessions_of(user: User, here: str | None) -> list[BrowserSession]:
    """The person's signed-in browsers, this one (whose session key is `here`) first, then the last used."""
    rows = [
        BrowserSession(
            s.pk, device_label(s.user_agent), s.ip, s.created_at, s.last_seen_at, s.session_key == here
        )
        for s in UserSession.objects.purge_and_list(user)
    ]
    return sorted(rows, key=lambda place: (not place.is_here, -place.seen.timestamp()))


@transaction.atomic
def end_own_session(user: User, pk: int, *, actor: Actor) -> int:
    """End one of one's own signed-in browsers; how many ended (0: there is none of that number)."""
    _check_own(user, actor)
    return _end(user, UserSession.objects.filter(user=user, pk=pk), actor)


@transaction.atomic
def end_own_other_sessions(user: User, here: str | None, *, actor: Actor) -> int:
    """End all of one's own signed-in browsers but this one; how many."""
    _check_own(user, actor)
    return _end(user, UserSession.objects.filter(user=user).exclude(session_key=here), actor)


def end_all_sessions(user: User, *, actor: Actor) -> int:
    """End every signed-in browser of a person whose access changed; how many. The caller checks the right."""
    return _end(user, UserSession.objects.filter(user=user), actor)


def sign_out_if_ended(request: HttpRequest) -> None:
    """Sign this browser out when its own session was among those just ended."""
    key = request.session.session_key
    if key is None or not request.session.exists(key):
        logout(request)


def device_label(user_agent: str) -> str:
    """Browser and system in two words, for people: "Firefox, Windows"."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return ", ".join(filter(None, [browser, system])) or _("Unknown browser")


def _end(user: User, rows: Iterable[UserSession], actor: Actor) -> int:
    keys = [row.session_key for row in rows]
    ended, _by_kind = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    if ended:
        record("user.sessions_ended", user, actor=actor, changes={"count": [None, ended]})
    return ended


def _check_own(user: User, actor: Actor) -> None:
    if actor.user_id != user.pk:
        raise Denied(_("Everybody ends only their own sign-ins."))
