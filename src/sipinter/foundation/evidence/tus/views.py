"""Requests of tus, answered. The room that an upload is for says how it begins and how it ends."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Denied, NotAnswering, Refused
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.web.database import release_connections
from sipinter.foundation.web.rate_limits import retry_after
from sipinter.foundation.web.request import Request

from ..models import Upload
from ..services import ReceivedEvidence
from . import parts, services
from .protocol import (
    ALGORITHMS,
    CONTENT_TYPE,
    EXTENSIONS,
    VERSION,
    Checksum,
    ProtocolError,
    metadata_text,
    parse_checksum,
    parse_header_number,
    parse_metadata,
)
from .services import Finish

# How much of a refused request is read, so that the answer reaches a client that is still sending.
DRAINED = parts.PART
SENTENCE = "X-Sentence"

# What a person's limit counts: beginnings and pieces, not the question how far it got.
COUNTED = frozenset({"POST", "PATCH"})

View = Callable[..., HttpResponse]
Begin = Callable[[str, str, int], Upload]


def tus_view(view: View) -> View:
    """Refusals and faults of the protocol as short plain text; who is signed out is told so (401)."""

    @wraps(view)
    def guarded(request: Request, **address: object) -> HttpResponse:
        if "Tus-Resumable" in request.headers and not request.actor.is_signed_in:
            return _told(401, _("You were signed out. Sign in again; the upload goes on where it stopped."))
        try:
            response = require_sign_in(view)(request, **address)
        except ProtocolError as unfit:
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


def too_many_pieces(request: Request, name: str) -> HttpResponse:
    """429 with the seconds after which the client goes on where it stopped."""
    _drain(request)
    response = _told(429, _("Too many pieces in one minute. The upload goes on by itself."))
    response["Retry-After"] = str(retry_after(name))
    return response


def _drain(request: Request) -> None:
    release_connections()
    try:
        left = DRAINED
        while left > 0 and (chunk := request.read(min(left, 64 * 1024))):
            left -= len(chunk)
    except (OSError, ValueError):
        return


def effective_method(request: Request) -> str:
    """The method, or the one that a POST stands in for where a proxy lets nothing else through."""
    override = request.headers.get("X-HTTP-Method-Override", "")
    return override.upper() if request.method == "POST" and override else str(request.method)


def handle_tus_creation(
    request: Request, begin: Begin, finish: Finish, *, address: Callable[[Upload], str]
) -> HttpResponse:
    """POST begins an upload by `begin(name, metadata, size)`; OPTIONS says what the server can do."""
    method = effective_method(request)
    if method == "OPTIONS":
        return _abilities()
    if method != "POST":
        return _not_allowed("POST, OPTIONS")
    _require_version(request)
    has_bytes = _length(request) > 0
    if has_bytes:
        _require_content_type(request)
    size = parse_header_number("Upload-Length", request.headers.get("Upload-Length"))
    if size > settings.EVIDENCE_MAX_BYTES:
        raise ProtocolError(413, f"Upload-Length is more than {settings.EVIDENCE_MAX_BYTES}.")
    if _length(request) > size:
        raise ProtocolError(413, "The request carries more bytes than Upload-Length says.")
    given = request.headers.get("Upload-Metadata", "")
    name = metadata_text(parse_metadata(given), "filename")
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


def handle_tus_upload(request: Request, upload: Upload, finish: Finish) -> HttpResponse:
    """HEAD, PATCH, DELETE and OPTIONS of one upload."""
    method = effective_method(request)
    if method == "OPTIONS":
        return _abilities()
    if method not in ("HEAD", "PATCH", "DELETE"):
        return _not_allowed("HEAD, PATCH, DELETE, OPTIONS")
    _require_version(request)
    if method == "DELETE":
        services.delete_upload(upload)
        return HttpResponse(status=204)
    if services.is_upload_expired(upload):
        services.delete_upload(upload)
        raise ProtocolError(410, "The time of this upload has passed.")
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
    offset = parse_header_number("Upload-Offset", request.headers.get("Upload-Offset"))
    expected = _checksum(request)
    if offset != upload.offset:
        raise ProtocolError(409, f"The upload stands at {upload.offset}, not at {offset}.")
    if offset + _length(request) > upload.size:
        raise ProtocolError(413, "The request carries more bytes than the upload still wants.")
    response = HttpResponse(status=204)
    _take(request, response, upload, expected, finish)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return _at(response, upload)


def _take(
    request: Request, response: HttpResponse, upload: Upload, expected: Checksum | None, finish: Finish
) -> None:
    received = services.append_bytes(upload, request.read, checksum=expected, finish=finish)
    if received is not None:
        response[SENTENCE] = quote(upload_sentence(upload.name, received))


def upload_sentence(name: str, received: ReceivedEvidence) -> str:
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
        raise ProtocolError(412, f"Tus-Resumable must be {VERSION}.")


def _require_content_type(request: Request) -> None:
    if request.headers.get("Content-Type") != CONTENT_TYPE:
        raise ProtocolError(415, f"Content-Type must be {CONTENT_TYPE}.")


def _length(request: Request) -> int:
    return parse_header_number("Content-Length", request.headers.get("Content-Length") or "0")


def _checksum(request: Request) -> Checksum | None:
    given = request.headers.get("Upload-Checksum")
    return None if given is None else parse_checksum(given)
