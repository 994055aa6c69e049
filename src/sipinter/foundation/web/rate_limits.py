"""How often one visitor may ask for something: a decorator over the shared cache."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render

from .request import Request

View = Callable[..., Any]


def is_allowed(request: Request, name: str) -> bool:
    """Count this request under settings.LIMITS[name]; False when it is one too many."""
    used = ratelimit.consume(request, app="sipinter", action=name, config=settings.LIMITS, limit_get=True)
    return used is not None


def retry_after(name: str) -> int:
    """Seconds after which one may try again at the latest."""
    rates = ratelimit.parse_rates(settings.LIMITS[name])
    return max(int(rate.duration) for rate in rates)


def too_many_requests(request: Request, name: str) -> HttpResponse:
    """The page with status 429 that says how long to wait."""
    seconds = retry_after(name)
    response = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def rate_limit(
    name: str,
    *,
    methods: frozenset[str] = frozenset({"POST"}),
    answer: Callable[[Request, str], HttpResponse] = too_many_requests,
) -> Callable[[View], View]:
    """The view, refused with 429 by `answer` when one visitor asks too often (settings.LIMITS[name])."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Request, *args: Any, **kwargs: Any) -> Any:
            if request.method in methods and not is_allowed(request, name):
                return answer(request, name)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


READING = frozenset({"GET"})
