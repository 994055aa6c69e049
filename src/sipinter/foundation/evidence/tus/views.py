"""Requests of tus, answered. The room that an upload is for says how it begins and how it ends."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Denied, NotAnswering, Refused
from sipinter.foundation.accounts.sign_in_required import sign_in_required
from sipinter.foundation.web.database import give_back
from sipinter.foundation.web.limits import wait
from sipinter.foundation.web.request import Request

from ..models import Upload
from ..services import Received
from . import parts, services
from .protocol import (
    ALGORITHMS,
    CONTENT_TYPE,
    EXTENSIONS,
    VERSION,
    Checksum,
    Unfit,
    checksum,
    metadata,
    number,
    text_of,
)
from .services import Finish

# How much of a refused request is read, so that the answer reaches a client that is still sending.
DRAINED = parts.PART
SENTENCE = "X-Sentence"

# What a person's limit counts: beginnings and pieces, not the question how far it got.
COUNTED = frozenset({"POST", "PATCH"})

View = Callable[..., HttpResponse]
Begin = Callable[[str, str, int], Upload]


def speaks_tus(view: View) -> View:
    """Refusals and faults of the protocol as short plain text; who is signed out is told so (401)."""

    @wraps(view)
    def guarded(request: Request, **address: object) -> HttpResponse:
        if "Tus-Resumable" in request.headers and not request.actor.is_signed_in:
            return _told(401, _("You were signed out. Sign in again; the upload goes on where it stopped."))
        try:
            response = sign_in_required(view)(request, **address)
        except Unfit as unfit:
            _drain(request)
            response = _told(unfit.status, str(unfit))
        except Http404:
            _drain(request)
            response = _told(404, _("There is no such upload."))
        except Refused as refusal:
            # 409 is kept for the offset: a client answers it by trying again.
            _drain(request)
            kept = isinstance(refusal, Denied | NotAnswering)
            response = _told(refusal.status if kept else 422, str(refusal))
        if request.method == "HEAD":
            response.content = b""
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        if response.status_code == 412:
            response["Tus-Version"] = VERSION
        return response

    guarded.sign_in_required = True  # type: ignore[attr-defined]
    return guarded


def _told(status: int, sentence: str) -> HttpResponse:
    return HttpResponse(sentence, content_type="text/plain; charset=utf-8", status=status)


def too_many(request: Request, name: str) -> HttpResponse:
    """429 with the seconds after which the client goes on where it stopped."""
    _drain(request)
    response = _told(429, _("Too many pieces in one minute. The upload goes on by itself."))
    response["Retry-After"] = str(wait(name))
    return response


def _drain(request: Request) -> None:
    give_back()
    try:
        left = DRAINED
        while left > 0 and (chunk := request.read(min(left, 64 * 1024))):
            left -= len(chunk)
    except (OSError, ValueError):
        return


def method_of(request: Request) -> str:
    """The method, or the one that a POST stands in for where a proxy lets nothing else through."""
    override = request.headers.get("X-HTTP-Method-Override", "")
    return override.upper() if request.method == "POST" and override else str(request.method)


def create(
    request: Request, begin: Begin, finish: Finish, *, address: Callable[[Upload], str]
) -> HttpResponse:
    """POST begins an upload by `begin(name, metadata, size)`; OPTIONS says what the server can do."""
    method = method_of(request)
    if method == "OPTIONS":
        return _abilities()
    if method != "POST":
        return _not_allowed("POST, OPTIONS")
    _require_version(request)
    has_bytes = _length(request) > 0
    if has_bytes:
        _require_content_type(request)
    size = number("Upload-Length", request.headers.get("Upload-Length"))
    if size > settings.EVIDENCE_MAX_BYTES:
        raise Unfit(413, f"Upload-Length is more than {settings.EVIDENCE_MAX_BYTES}.")
    if _length(request) > size:
        raise Unfit(413, "The request carries more bytes than Upload-Length says.")
    given = request.headers.get("Upload-Metadata", "")
    name = text_of(metadata(given), "filename")
    expected = _checksum(request)
    upload = begin(name, given, size)
    response = HttpResponse(status=201, headers={"Location": address(upload)})
    if has_bytes or size == 0:
        _take(request, response, upload, expected, finish)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return _at(response, upload)


def _at(response: HttpResponse, upload: Upload) -> HttpResponse:
    response["Upload-Offset"] = str(upload.offset)
    return response


def resource(request: Request, upload: Upload, finish: Finish) -> HttpResponse:
    """HEAD, PATCH, DELETE and OPTIONS of one upload."""
    method = method_of(request)
    if method == "OPTIONS":
        return _abilities()
    if method not in ("HEAD", "PATCH", "DELETE"):
        return _not_allowed("HEAD, PATCH, DELETE, OPTIONS")
    _require_version(request)
    if method == "DELETE":
        services.forget(upload)
        return HttpResponse(status=204)
    if services.is_expired(upload):
        services.forget(upload)
        raise Unfit(410, "The time of this upload has passed.")
    return _head(upload) if method == "HEAD" else _patch(request, upload, finish)


def _head(upload: Upload) -> HttpResponse:
    response = _at(HttpResponse(), upload)
    response["Upload-Length"] = str(upload.size)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    if upload.metadata:
        response["Upload-Metadata"] = upload.metadata
    return response


def _patch(request: Request, upload: Upload, finish: Finish) -> HttpResponse:
    _require_content_type(request)
    offset = number("Upload-Offset", request.headers.get("Upload-Offset"))
    expected = _checksum(request)
    if offset != upload.offset:
        raise Unfit(409, f"The upload stands at {upload.offset}, not at {offset}.")
    if offset + _length(request) > upload.size:
        raise Unfit(413, "The request carries more bytes than the upload still wants.")
    response = HttpResponse(status=204)
    _take(request, response, upload, expected, finish)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return _at(response, upload)


def _take(
    request: Request, response: HttpResponse, upload: Upload, expected: Checksum | None, finish: Finish
) -> None:
    received = services.append(upload, request.read, checksum=expected, finish=finish)
    if received is not None:
        response[SENTENCE] = quote(sentence(upload.name, received))


def sentence(name: str, received: Received) -> str:
    """What is said about a file that was taken."""
    values = {"name": name, "title": received.evidence.title}
    if received.was_known:
        return _("“%(name)s” is the same file as “%(title)s” in the library: that one was attached.") % values
    return _("“%(name)s” was uploaded.") % values


def _abilities() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Tus-Version"] = VERSION
    response["Tus-Max-Size"] = str(settings.EVIDENCE_MAX_BYTES)
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return response


def _not_allowed(methods: str) -> HttpResponse:
    response = HttpResponse(status=405)
    response["Allow"] = methods
    return response


def _require_version(request: Request) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Unfit(412, f"Tus-Resumable must be {VERSION}.")


def _require_content_type(request: Request) -> None:
    if request.headers.get("Content-Type") != CONTENT_TYPE:
        raise Unfit(415, f"Content-Type must be {CONTENT_TYPE}.")


def _length(request: Request) -> int:
    return number("Content-Length", request.headers.get("Content-Length") or "0")


def _checksum(request: Request) -> Checksum | None:
    given = request.headers.get("Upload-Checksum")
    return None if given is None else checksum(given)
