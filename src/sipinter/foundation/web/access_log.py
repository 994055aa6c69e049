"""Each request as one line in the log and as counts; nothing about a person in either."""

import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from . import metrics
from .logs import user_pseudonym

log = structlog.get_logger("sipinter.request")


class AccessLog:
    """Stands outside everything but the naming of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - begun
        view, method = _view(request), _method(request)
        metrics.REQUESTS.labels(view, method, f"{response.status_code // 100}xx").inc()
        metrics.SECONDS.labels(view).observe(seconds)
        if kind := metrics.REFUSED.get(response.status_code):
            metrics.REFUSALS.labels(kind).inc()
        say = log.error if response.status_code >= 500 else log.info
        say(
            "request",
            view=view,
            method=method,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            actor=_actor(request),
        )
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> None:
        if isinstance(error, DatabaseError):
            metrics.DATABASE_ERRORS.inc()


def _view(request: HttpRequest) -> str:
    """Name of the page's view; "-" for files, unknown addresses and what was refused before."""
    match = request.resolver_match
    return (match.view_name or "-") if match else "-"


def _method(request: HttpRequest) -> str:
    return request.method if request.method in metrics.METHODS else "other"


def _actor(request: HttpRequest) -> str:
    """The signed-in user's sign, when the page asked who that is; never a query of its own."""
    session = getattr(request, "session", None)
    user_id = session.get(SESSION_KEY) if session is not None and session.accessed else None
    return user_pseudonym(user_id, settings.SECRET_KEY) if user_id else "-"
