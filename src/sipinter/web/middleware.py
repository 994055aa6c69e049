"""Request ids, and refusals turned into pages."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .errors import Refused
from .request_id import set_request_id

_SAFE = re.compile(r"^[A-Za-z0-9-]{8,40}$")


class RequestId:
    """Names each request (`X-Request-Id`, taken over from the proxy when well-formed)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        value = given if _SAFE.match(given) else uuid.uuid4().hex
        set_request_id(value)
        response = self.get_response(request)
        response["X-Request-Id"] = value
        return response


class Refusals:
    """A `Refused` that no view caught becomes a page with its sentence and status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        response = render(request, "web/refused.html", {"error": error}, status=error.status)
        if getattr(request, "htmx", False):  # the page that is open stays; the refusal stands above it
            response["HX-Retarget"] = "#notices"
            response["HX-Reswap"] = "innerHTML"
        return response
