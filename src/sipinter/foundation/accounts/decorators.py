"""A sign-in that ran out in the middle of an edit: what was typed is kept until the person is back.

A view under `require_sign_in` that nobody signed in posts to keeps the typed fields in the visitor's
session and sends them to sign in. Back on the page, its view calls `take_saved_input` and shows them again;
nothing is saved without a further press of the button, so whatever the page checks is checked as ever.
Of a browser in which nobody has signed in of late nothing is kept: strangers fill no table.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from sipinter.foundation.web.rate_limits import is_allowed
from sipinter.foundation.web.request import Request

SESSION_KEY = "typed_before_sign_in"
OWNER_COOKIE = f"{settings.COOKIE_PREFIX}sipinter_owner"
OWNER_SALT = "sipinter.accounts.stash"
OWNER_DAYS = 7
LARGEST = 16 * 1024
KEPT_SECONDS = 24 * 60 * 60
KEPT_PAGES = 4
SECRET_NAMES = ("csrf", "password", "passphrase", "identity_number", "sandi", "token", "otp")

View = Callable[..., HttpResponse]


def require_sign_in(view: View) -> View:
    """The view for signed-in people only; see the module for what happens to what others post."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = request.actor
        if not actor.is_signed_in:
            return _ask_to_sign_in(request)
        response = view(request, *args, **kwargs)
        if _owner(request) != actor.user_id:
            _remember_owner(response, actor.user_id)
        return response

    guarded.sign_in_required = True  # type: ignore[attr-defined]
    return guarded


def take_saved_input(request: Request, path: str = "") -> QueryDict | None:
    """What the signed-in person typed on the page at `path` (this one) before their sign-in ran out.

    None when there is nothing, when it is older than a day, or when somebody else typed it. Handed out
    once. Call it after the check that the person may edit the page.
    """
    user_id = request.actor.user_id
    if user_id is None or SESSION_KEY not in request.session:
        return None
    kept = _usable(request.session[SESSION_KEY], user_id)
    entry = kept.pop(path or request.path, None)
    _store(request, kept)
    if entry is None:
        return None
    typed = QueryDict(mutable=True)
    for name, values in entry["typed"].items():
        typed.setlist(name, values)
    return typed


def drop_foreign_input(request: HttpRequest, user_id: int) -> None:
    """At sign-in: drop from the session what is too old or what another person typed."""
    if SESSION_KEY in request.session:
        _store(request, _usable(request.session[SESSION_KEY], user_id))


def edited_page(request: Request) -> str:
    """The page that is being edited, with its query: where the form stood, else where it was sent."""
    if request.method != "POST" and not getattr(request, "htmx", False):
        return request.get_full_path()
    for address in (request.headers.get("HX-Current-URL"), request.headers.get("Referer")):
        page = _own_page(address or "", request.get_host())
        if page:
            return page
    return request.path


def save_typed_input(request: Request) -> bool:
    """Keep what was posted for the page it was typed on; False where that cannot be."""
    return _keep(request, urlsplit(edited_page(request)).path)


def _ask_to_sign_in(request: Request) -> HttpResponse:
    page = edited_page(request)
    kept = request.method != "POST" or _keep(request, urlsplit(page).path)
    sign_in = f"{reverse('account_login')}?{urlencode({'next': page})}"
    if getattr(request, "htmx", False):
        return render(request, "accounts/_sign_in_again.html", {"sign_in": sign_in}, status=401)
    if not kept:
        return render(request, "accounts/sign_in_again.html", {"sign_in": sign_in}, status=401)
    return HttpResponseRedirect(sign_in)


def _own_page(address: str, host: str) -> str:
    """Path and query of an address of this site; empty for any other, or one that is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    # A path with two slashes in front would be another host.
    if parts.netloc != host or not parts.path.startswith("/") or parts.path.startswith("//"):
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _keep(request: Request, path: str) -> bool:
    """Put the posted text into the session; False when there is too much of it, or nobody known typed it."""
    typed = {
        name: values
        for name, values in request.POST.lists()
        if not any(secret in name.lower() for secret in SECRET_NAMES)
    }
    if not typed:
        return True
    owner = request.actor.user_id or _owner(request)
    if owner is None or not is_allowed(request, "kept_input"):
        return False
    size = sum(len(name.encode()) + sum(len(v.encode()) for v in values) for name, values in typed.items())
    if size > LARGEST:
        return False
    pages = request.session.get(SESSION_KEY, {})
    pages.pop(path, None)
    pages[path] = {"at": time.time(), "owner": owner, "typed": typed}
    _store(request, dict(list(pages.items())[-KEPT_PAGES:]))
    return True


def _usable(pages: dict[str, Any], user_id: int) -> dict[str, Any]:
    now = time.time()
    return {
        path: entry
        for path, entry in pages.items()
        if now - entry["at"] < KEPT_SECONDS and entry["owner"] == user_id
    }


def _store(request: HttpRequest, pages: dict[str, Any]) -> None:
    if pages:
        request.session[SESSION_KEY] = pages
    else:
        request.session.pop(SESSION_KEY, None)


def _owner(request: Request) -> int | None:
    """Who was last signed in with this browser, by a signed cookie; it opens nothing."""
    age = OWNER_DAYS * 24 * 60 * 60
    value = request.get_signed_cookie(OWNER_COOKIE, default="", salt=OWNER_SALT, max_age=age)
    return int(value) if value else None


def _remember_owner(response: HttpResponse, user_id: int | None) -> None:
    response.set_signed_cookie(
        OWNER_COOKIE,
        str(user_id),
        salt=OWNER_SALT,
        max_age=OWNER_DAYS * 24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
