"""Request ids, and refusals turned into pages."""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Invalid, Refused

from .request_id import set_request_id


class RequestId:
    """Names each request in log, audit trail and answer (`X-Request-Id`); no visitor chooses that name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        value = uuid.uuid4().hex
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

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """NUL, which no keyboard types and no database keeps, is refused for all forms and addresses."""
        if "\0" in request.path or any(map(_has_nul, (request.GET, request.POST))):
            sentence = _(
                "What was sent holds a character that is no text (NUL). Remove it and send it again."
            )
            return self.process_exception(request, Invalid(sentence))
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        response = render(request, "web/refused.html", {"error": error}, status=error.status)
        if getattr(request, "htmx", False):  # the page that is open stays; the refusal stands above it
            response["HX-Retarget"] = "#notices"
            response["HX-Reswap"] = "innerHTML"
        return response


def _has_nul(given: QueryDict) -> bool:
    return any("\0" in name or any("\0" in value for value in values) for name, values in given.lists())
