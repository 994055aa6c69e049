"""The offline workbook: download, sending it back, the page of differences."""

import re
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sipinter.assessment.record.models import Assessment, WorkbookUpload
from sipinter.assessment.record.queries.frame import Frame, frame_of
from sipinter.assessment.record.workflow import answers_close
from sipinter.foundation.access.errors import Invalid, Refused
from sipinter.foundation.access.permissions import Verdict, may, no
from sipinter.foundation.accounts.fetching import fetch
from sipinter.foundation.accounts.sign_in_required import sign_in_required
from sipinter.foundation.evidence.receiving.names import base_name
from sipinter.foundation.web.limits import limited
from sipinter.foundation.web.posting import posts
from sipinter.foundation.web.request import Request

from ..forms.workbook import picks_of
from ..queries.workbook import comparison
from ..services.workbook import Applied, apply_workbook, close_workbook, compare_workbook, download_workbook
from ..workbook.package import MAX_BYTES
from .pages import framed, opened, page

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@sign_in_required
@limited("upload")
def workbook(request: Request, pk: int) -> HttpResponse:
    """What the workbook is for, its download, and the way back; faults of one that was sent."""
    assessment = opened(request, pk)
    if request.method == "GET":
        return _page(request, frame_of(assessment, request.actor))
    try:
        upload = _receive(request, assessment)
    except Refused as refusal:
        return _page(request, framed(request, pk), refusal)
    return redirect("selfassessment:workbook_compare", pk, upload.pk)


def _receive(request: Request, assessment: Assessment) -> WorkbookUpload:
    file: UploadedFile[Any] | None = request.FILES.get("workbook")
    if file is None:
        raise Invalid(_("Choose the workbook first."), fields={"workbook": _("Choose the workbook first.")})
    body = file.read(MAX_BYTES + 1)
    return compare_workbook(assessment, body, name=base_name(file.name or ""), actor=request.actor)


def _page(request: Request, frame: Frame, refusal: Refused | None = None) -> HttpResponse:
    uploads = WorkbookUpload.objects.visible_to(request.actor).filter(assessment=frame.assessment)
    return page(
        request,
        "workbook.html",
        frame,
        tab="workbook",
        status=refusal.status if refusal else 200,
        refusal=refusal,
        upload=uploads.first(),
        may_use=_may_use(request, frame.assessment),
        limit_mb=MAX_BYTES // 1_000_000,
    )


def _may_use(request: Request, assessment: Assessment) -> Verdict:
    """Whether the person may work offline now, by right, state and date."""
    verdict = may(request.actor, "assessment.workbook", assessment)
    last = answers_close(assessment)
    if verdict and last is not None and timezone.now() >= last:
        return no(_("The date for this stage has passed. Ask the supervisor for a new one."))
    return verdict


@require_GET
@sign_in_required
@limited("download", methods=frozenset({"GET"}))
def download(request: Request, pk: int) -> HttpResponse:
    """The XLSX file."""
    assessment = opened(request, pk)
    body = download_workbook(assessment, actor=request.actor)
    cycle, word = assessment.cycle, _("workbook")
    name = f"{word}-{assessment.agency.slug}-{cycle.year}-{cycle.round}.xlsx"
    name = re.sub(r"[^a-z0-9.-]+", "-", name.lower())
    return HttpResponse(
        body, content_type=XLSX_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "POST"])
@sign_in_required
def compare(request: Request, pk: int, upload: int) -> HttpResponse:
    """The differences; a POST takes over what was chosen and shows what is left."""
    frame = framed(request, pk)
    row = _upload(request, frame.assessment, upload)
    if request.method == "GET":
        return _differences(request, frame, row)
    try:
        applied = apply_workbook(row, picks_of(request.POST), actor=request.actor)
    except Refused as refusal:
        return _differences(request, frame, row, refusal=refusal)
    frame = framed(request, pk)
    row.refresh_from_db()
    _say(request, applied)
    if applied.conflicts or applied.refused:
        return _differences(request, frame, row, applied=applied)
    if comparison(frame, row).asks:
        return redirect("selfassessment:workbook_compare", pk, upload)
    close_workbook(row, actor=request.actor)
    return redirect("selfassessment:overview", pk)


def _upload(request: Request, assessment: Assessment, pk: int) -> WorkbookUpload:
    found: WorkbookUpload = fetch(
        request,
        WorkbookUpload.objects.select_related("assessment__cycle", "assessment__agency"),
        pk=pk,
        assessment=assessment,
    )
    return found


def _differences(
    request: Request,
    frame: Frame,
    upload: WorkbookUpload,
    *,
    refusal: Refused | None = None,
    applied: Applied | None = None,
) -> HttpResponse:
    status = refusal.status if refusal else 409 if applied else 200
    return page(
        request,
        "workbook_compare.html",
        frame,
        tab="workbook",
        status=status,
        refusal=refusal,
        applied=applied,
        upload=upload,
        compared=comparison(frame, upload),
        may_use=_may_use(request, frame.assessment),
    )


def _say(request: Request, applied: Applied) -> None:
    saved = len(applied.saved)
    if saved:
        text = ngettext("%(num)s entry was taken over.", "%(num)s entries were taken over.", saved)
        messages.success(request, text % {"num": saved})
    elif not applied.conflicts and not applied.refused:
        messages.info(request, _("Nothing was taken over: everything stays as it is saved."))


@posts("selfassessment:workbook", "pk")
@sign_in_required
def close(request: Request, pk: int, upload: int) -> HttpResponse:
    """Throw the comparison away; the person's file stays with the person."""
    assessment = opened(request, pk)
    close_workbook(_upload(request, assessment, upload), actor=request.actor)
    messages.info(request, _("The comparison was closed. Nothing more was taken over."))
    return redirect("selfassessment:workbook", pk)
