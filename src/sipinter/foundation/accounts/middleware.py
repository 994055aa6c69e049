"""Puts `request.actor` on every request, read from the database only when somebody asks."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from sipinter.foundation.access.actor import NOBODY, Actor
from sipinter.foundation.web.request import Request

from .actor import actor_of
from .enrolment import changes_what_opens_the_account, is_enrolment_allowed
from .known_browsers import remember_browser
from .models import User
from .sessions import is_session_expired, note_session_use

REFUSALS = (403, 404)
SERVICE_FACTOR = "second_factor_by_service"


def has_second_factor(request: HttpRequest, user: User) -> bool:
    """True when this session's sign-in of `user` was confirmed by a code, here or at the sign-in service."""
    by_code = any(done.get("method") == "mfa" for done in get_authentication_records(request, user))
    return by_code or request.session.get(SERVICE_FACTOR) == user.pk


def note_service_factor(request: HttpRequest, user: User | None) -> None:
    """Keep in the session whose second factor the sign-in service asked for at this sign-in, if anybody's."""
    request.session[SERVICE_FACTOR] = user.pk if user else None


def second_factor_url(wanted: str) -> str:
    """Address of the page that says what to do, leading on to `wanted`."""
    return f"{reverse('accounts:second_factor')}?{urlencode({'next': wanted})}"


class SessionClock:
    """Ends a sign-in too old or left alone; what is being sent is then kept as by `require_sign_in`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Visitors without a session cost no query, and their pages do not vary by cookie.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            if is_session_expired(request):
                logout(request)
            elif not request.headers.get("X-Background"):
                # What an open page asks by itself is no use of it: left alone, it runs out.
                note_session_use(request)
        return self.get_response(request)


class ActorMiddleware:
    """Gives the request its actor; sends whoever is refused for want of a second factor to the page
    that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked: list[Actor] = []

        def read() -> Actor:
            asked.append(_read(request))
            return asked[0]

        request.actor = SimpleLazyObject(read)  # type: ignore[attr-defined]
        response = self.get_response(request)
        remember_browser(request, response)
        refused = response.status_code in REFUSALS and request.method == "GET"
        if refused and asked and asked[0].withheld:
            return HttpResponseRedirect(second_factor_url(request.get_full_path()))
        return response

    def process_view(self, request: Request, *view: Any) -> HttpResponse | None:
        """A password alone changes nothing of what opens an account whose role demands more."""
        if not changes_what_opens_the_account(request) or not request.actor.withheld:
            return None
        return None if is_enrolment_allowed(request) else HttpResponseRedirect(second_factor_url("/"))


def _read(request: HttpRequest) -> Actor:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return NOBODY
    return actor_of(user, second_factor=has_second_factor(request, user))


def refresh_actor(request: HttpRequest) -> None:
    """The request's actor as things stand now: while a slow line sent, a role or a sign-in may have ended."""
    is_in = request.session.exists(request.session.session_key or "")
    if not is_in or not User.objects.filter(pk=request.user.pk or 0, is_active=True).exists():
        request.user = AnonymousUser()
    request.actor = _read(request)  # type: ignore[attr-defined]
