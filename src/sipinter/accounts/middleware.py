"""Puts `request.actor` on every request, read from the database only when somebody asks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from .actor import NOBODY, Actor, actor_of

MFA_METHODS = {"mfa"}


def _read(request: HttpRequest) -> Actor:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return NOBODY
    used = request.session.get("account_authentication_methods", [])
    return actor_of(user, second_factor=any(m.get("method") in MFA_METHODS for m in used))


class ActorMiddleware:
    """See the module."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _read(request))  # type: ignore[attr-defined]
        return self.get_response(request)
