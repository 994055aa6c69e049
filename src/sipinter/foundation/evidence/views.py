"""Opening evidence: the file itself, pictures of its pages, and the preview."""

from functools import lru_cache
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sipinter.foundation.access.errors import Refused
from sipinter.foundation.access.permissions import require
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.request import Request

from . import downloads, queries
from .models import Evidence
from .reader import placeholder
from .reader.encoding import encode_picture, picture_type
from .reader.faults import NOT_THERE, ReaderFault
from .receiving.media import TAKEN
from .receiving.names import download_name
from .services import note_opening
from .storage import previews


def _evidence(request: Request, pk: int) -> Evidence:
    """The evidence when this person may open it; 404, on record, when it is somebody else's."""
    evidence: Evidence = fetch_or_404(request, Evidence.objects.select_related("blob", "agency"), pk=pk)
    require(request.actor, "evidence.open", evidence)
    return evidence


@require_safe
@login_required
def download_evidence(request: Request, pk: int) -> HttpResponseBase:
    """The file as it was sent in, always as a download. A link's page is its preview."""
    evidence = _evidence(request, pk)
    blob = evidence.blob
    if blob is None:
        return redirect("evidence:preview", pk)
    note_opening(evidence, actor=request.actor, how="download")
    try:
        return downloads.stored_file_response(
            request,
            blob.path,
            size=blob.size,
            media_type=blob.media_type,
            filename=download_name(evidence.title, TAKEN[blob.media_type]),
            etag=f'"{blob.sha256}"',
        )
    except FileNotFoundError as error:
        raise Refused(queries.why_not_shown(previews.LOST)) from error


@require_safe
@login_required
def page_picture_response(request: Request, pk: int, number: int) -> HttpResponseBase:
    """Page `number` as a picture, for htmx within its part of the page.

    One that cannot be drawn gives a picture that says so (422), one that is not drawn yet another (202).
    """
    evidence = _evidence(request, pk)
    blob = evidence.blob
    if blob is None or TAKEN[blob.media_type].preview != "pages" or not 1 <= number <= (blob.pages or 1):
        raise Http404
    note_opening(evidence, actor=request.actor, how="preview")
    if _is_part(request):
        return _page_part(request, evidence, number)
    downloads.disable_compression(request)
    etag = previews.preview_page_etag(blob, number)
    if downloads.is_unchanged(request, etag):
        return downloads.not_modified_response(etag)
    try:
        picture = previews.preview_page_picture(blob, number, actor=request.actor)
    except previews.NotMadeYet:
        return _placeholder(_("This page is being drawn. Open it again in a moment."), status=202)
    except ReaderFault as fault:
        if fault.code == NOT_THERE:
            raise Http404 from fault
        return _placeholder(queries.why_not_shown(fault.code, is_page=True), status=422)
    return downloads.with_safe_headers(
        HttpResponse(picture, content_type=picture_type(picture), headers={"ETag": etag})
    )


@lru_cache(maxsize=16)
def _drawn(sentence: str) -> bytes:
    return encode_picture(placeholder.draw_placeholder(sentence))


def _placeholder(sentence: str, *, status: int) -> HttpResponseBase:
    """A picture that says why there is none, kept by nobody."""
    drawn = _drawn(sentence)
    response = downloads.with_safe_headers(
        HttpResponse(drawn, content_type=picture_type(drawn), status=status)
    )
    response["Cache-Control"] = "no-store, private"
    return response


def _page_part(request: Request, evidence: Evidence, number: int) -> HttpResponse:
    """The page's part of the preview: its picture, or that it is being drawn, which asks again by itself."""
    shown = queries.get_preview_page(evidence, number, actor=request.actor)
    page = shown.pages[0] if shown and shown.pages else {"number": number, "is_drawn": True}
    if not page["is_drawn"]:
        assert evidence.blob is not None
        previews.queue_preview(evidence.blob, f"page-{number}", actor=request.actor)
    context = {"preview": shown or queries.EvidencePreview(evidence, "pages"), "page": page, "is_asked": True}
    response = render(request, "evidence/page.html", context)
    response["Vary"] = "HX-Request"
    return response


@require_safe
@login_required
def preview_page(request: Request, pk: int) -> HttpResponseBase:
    """What the evidence shows, as a page, or as the part that htmx puts into another page.

    `?halaman=21` begins at that page (for htmx the pages alone, with `utuh` all of it), `?lembar=2` shows
    that sheet.
    """
    evidence = _evidence(request, pk)
    shown = queries.get_preview(
        evidence,
        first_page=_number(request, "halaman"),
        sheet=_number(request, "lembar"),
        actor=request.actor,
    )
    if shown is None:
        raise Http404
    note_opening(evidence, actor=request.actor, how="preview")
    is_part = _is_part(request)
    goes_on = shown.pages and shown.pages[0]["number"] > 1 and "utuh" not in request.GET
    name = "pages" if is_part and goes_on else "fragment"
    template = f"evidence/{name}.html" if is_part else "evidence/preview.html"
    context = {
        "preview": shown,
        "evidence": evidence,
        "back": _came_from(request),
        "address": request.get_full_path(),
    }
    response = render(request, template, context)
    response["Vary"] = "HX-Request"
    return response


def _is_part(request: Request) -> bool:
    """Whether htmx puts the answer into a page."""
    return request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers


def _came_from(request: Request) -> str:
    """The page of this site that led here, for the way back; "" when there is none or it was this one."""
    address = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    parts = urlsplit(address)
    if not ours or parts.path == request.path:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _number(request: Request, name: str) -> int:
    """A page or sheet number of the address; Http404 for anything else."""
    number = parse_small_int(request.GET.get(name, "1"), None)
    if number is None:
        raise Http404
    return number
