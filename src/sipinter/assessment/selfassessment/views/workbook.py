"""The offline workbook: download, sending it back, the page of differences."""

import re
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sipinter.assessment.record.models import Assessment, WorkbookUpload
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, load_frame
from sipinter.foundation.access.errors import Invalid, Refused
from sipinter.foundation.access.permissions import Permission
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.evidence.receiving.names import base_name
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.rate_limits import rate_limit
from sipinter.foundation.web.request import Request

from ..forms.workbook import workbook_choices
from ..permissions import may_in_time
from ..queries.workbook import workbook_comparison
from ..services.workbook import (
    AppliedWorkbook,
    apply_workbook,
    close_workbook,
    compare_workbook,
    export_workbook,
)
from ..workbook.checks import MAX_BYTES
from .base import get_assessment, get_frame, render_page

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@require_sign_in
@rate_limit("upload")
def workbook_page(request: Request, pk: int) -> HttpResponse:
    """What the workbook is for, its download, and the way back; faults of one that was sent."""
    assessment = get_assessment(request, pk)
    if request.method == "GET":
        return _page(request, load_frame(assessment, request.actor))
    try:
        upload = _receive(request, assessment)
    except Refused as refusal:
        return _page(request, get_frame(request, pk), refusal)
    return redirect("selfassessment:workbook_compare", pk, upload.pk)


def _receive(request: Request, assessment: Assessment) -> WorkbookUpload:
    file: UploadedFile[Any] | None = request.FILES.get("workbook")
    if file is None:
        raise Invalid(_("Choose the workbook first."), fields={"workbook": _("Choose the workbook first.")})
    body = file.read(MAX_BYTES + 1)
    return compare_workbook(assessment, body, name=base_name(file.name or ""), actor=request.actor)


def _page(request: Request, frame: AssessmentFrame, refusal: Refused | None = None) -> HttpResponse:
    uploads = WorkbookUpload.objects.visible_to(request.actor).filter(assessment=frame.assessment)
    return render_page(
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


def _may_use(request: Request, assessment: Assessment) -> Permission:
    """Whether the person may work offline now, by right, state and date."""
    return may_in_time(request.actor, "assessment.workbook", assessment, assessment)


@require_GET
@require_sign_in
@rate_limit("download", methods=frozenset({"GET"}))
def download_workbook_file(request: Request, pk: int) -> HttpResponse:
    """The XLSX file."""
    assessment = get_assessment(request, pk)
    body = export_workbook(assessment, actor=request.actor)
    cycle, word = assessment.cycle, _("workbook")
    name = f"{word}-{assessment.agency.slug}-{cycle.year}-{cycle.round}.xlsx"
    name = re.sub(r"[^a-z0-9.-]+", "-", name.lower())
    return HttpResponse(
        body, content_type=XLSX_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "POST"])
@require_sign_in
def workbook_differences_page(request: Request, pk: int, upload: int) -> HttpResponse:
    """The differences; a POST takes over what was chosen and shows what is left."""
    frame = get_frame(request, pk)
    row = _upload(request, frame.assessment, upload)
    if request.method == "GET":
        return _differences(request, frame, row)
    try:
        applied = apply_workbook(row, workbook_choices(request.POST), actor=request.actor)
    except Refused as refusal:
        return _differences(request, frame, row, refusal=refusal)
    frame = get_frame(request, pk)
    row.refresh_from_db()
    _say(request, applied)
    if applied.conflicts or applied.refused:
        return _differences(request, frame, row, applied=applied)
    if workbook_comparison(frame, row).asks:
        return redirect("selfassessment:workbook_compare", pk, upload)
    close_workbook(row, actor=request.actor)
    return redirect("selfassessment:overview", pk)


def _upload(request: Request, assessment: Assessment, pk: int) -> WorkbookUpload:
    found: WorkbookUpload = fetch_or_404(
        request,
        WorkbookUpload.objects.select_related("assessment__cycle", "assessment__agency"),
        pk=pk,
        assessment=assessment,
    )
    return found


def _differences(
    request: Request,
    frame: AssessmentFrame,
    upload: WorkbookUpload,
    *,
    refusal: Refused | None = None,
    applied: AppliedWorkbook | None = None,
) -> HttpResponse:
    status = refusal.status if refusal else 409 if applied else 200
    return render_page(
        request,
        "workbook_compare.html",
        frame,
        tab="workbook",
        status=status,
        refusal=refusal,
        applied=applied,
        upload=upload,
        compared=workbook_comparison(frame, upload),
        may_use=_may_use(request, frame.assessment),
    )


def _say(request: Request, applied: AppliedWorkbook) -> None:
    saved = len(applied.saved)
    if saved:
        text = ngettext("%(num)s entry was taken over.", "%(num)s entries were taken over.", saved)
        messages.success(request, text % {"num": saved})
    elif not applied.conflicts and not applied.refused:
        messages.info(request, _("Nothing was taken over: everything stays as it is saved."))


@post_only("selfassessment:workbook", "pk")
@require_sign_in
def post_close_workbook(request: Request, pk: int, upload: int) -> HttpResponse:
    """Throw the comparison away; the person's file stays with the person."""
    assessment = get_assessment(request, pk)
    close_workbook(_upload(request, assessment, upload), actor=request.actor)
    messages.info(request, _("The comparison was closed. Nothing more was taken over."))
    return redirect("selfassessment:workbook", pk)
