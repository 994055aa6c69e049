"""Addresses that forms are sent to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def post_only(page: str, *keep: str) -> Callable[[View], View]:
    """A view for POST only. Whoever opens its address (a reload after an error, another language) is
    led to `page`, with the parts of the address named in `keep`.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **parts: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, **parts)
            if request.method in ("GET", "HEAD"):
                back: HttpResponse = redirect(page, **{name: parts[name] for name in keep})
                return back
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])

        return guarded

    return decorate
