"""Handing out a stored file: ranges, validators, and headers that keep a browser from running it."""

import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header, parse_etags

from .storage import store

_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


def with_safe_headers(response: HttpResponseBase) -> HttpResponseBase:
    """Headers of everything that came from outside: taken for what it is said to be, and never run."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Frame-Options"] = "DENY"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Kept by the person's own browser only, and asked for again every time: rights may have ended.
    patch_cache_control(response, private=True, no_cache=True)
    return response


def disable_compression(request: HttpRequest) -> None:
    """Keep the compressing middleware off this answer: it would break ranges and gain nothing."""
    request.META.pop("HTTP_ACCEPT_ENCODING", None)


def is_unchanged(request: HttpRequest, etag: str) -> bool:
    """True when the browser has exactly this already (If-None-Match)."""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in given or any(tag.removeprefix("W/") == etag for tag in given)


def not_modified_response(etag: str) -> HttpResponseBase:
    """304 with the validator."""
    return with_safe_headers(HttpResponse(status=304, headers={"ETag": etag}))


class NotSatisfiable(Exception):
    """The range lies outside the file."""


def requested_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte asked for; None for the whole file (no range, several, or one not understood).

    NotSatisfiable when the range begins after the end.
    """
    if_range = request.headers.get("If-Range")
    found = _RANGE.match(request.headers.get("Range", "").replace(" ", ""))
    if request.method != "GET" or not found or (if_range and if_range != etag):
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:  # the last n bytes
        start, end = max(0, size - int(last[:18])), size - 1
        if not int(last[:18]):
            raise NotSatisfiable
    else:
        start, end = int(first[:18]), min(int(last[:18] or size), size - 1)
        if last and int(last[:18]) < start:
            return None
    if start >= size:
        raise NotSatisfiable
    return start, end


def stored_file_response(
    request: HttpRequest, stored: str, *, size: int, media_type: str, filename: str, etag: str
) -> HttpResponseBase:
    """The stored file as a download: 200, 206, 304 or 416. FileNotFoundError when the storage lost it."""
    disable_compression(request)
    if is_unchanged(request, etag):
        return not_modified_response(etag)
    try:
        part = requested_range(request, size, etag)
    except NotSatisfiable:
        return with_safe_headers(HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}))
    start, end = part or (0, size - 1)
    response: HttpResponseBase
    if request.method == "HEAD":
        if store.size_of(stored) is None:
            raise FileNotFoundError
        response = HttpResponse()
    else:
        body = store.read_range(stored, start, end - start + 1)
        response = StreamingHttpResponse(body, status=206 if part else 200)
    if part:
        response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    response["Content-Type"] = media_type
    response["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return with_safe_headers(response)
