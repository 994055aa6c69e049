"""A regional office's quick assessments: the list, a new one, its levels, its report."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.record.forms.common import call_service
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Cycle, QuickAssessment, QuickLevel
from sipinter.foundation.access.errors import Conflict
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.quick_assessments import (
    QuickAssessmentForm,
    QuickIndicatorsForm,
    QuickLevelForm,
    QuickSummaryForm,
)
from ..papers import quick_report_pdf
from ..services.quick_assessments import finish_quick_assessment, save_quick_level, start_quick_assessment
from .base import require_desk_access

SHOWN = 100


@require_safe
@require_sign_in
def quick_assessments_page(request: Request) -> HttpResponse:
    """The office's quick assessments, newest first, and the choice of an agency for a new one."""
    actor = request.actor
    require_desk_access(actor)
    rows = QuickAssessment.objects.visible_to(actor).select_related("agency", "cycle")
    mine = actor.regional_offices
    context = {"rows": list(rows[:SHOWN]), "form": QuickAssessmentForm(offices=mine) if mine else None}
    return render(request, "verification/quick/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def new_quick_assessment_page(request: Request) -> HttpResponse:
    """Choose the indicators of the agency and round named in the address, then begin."""
    actor = request.actor
    choice = QuickAssessmentForm(request.GET, offices=actor.regional_offices)
    if not choice.is_valid():
        rows = QuickAssessment.objects.visible_to(actor).select_related("agency", "cycle")
        context = {"rows": list(rows[:SHOWN]), "form": choice}
        require(actor, "quick.start", QuickAssessment(office=next(iter(actor.regional_offices), "")))
        return render(request, "verification/quick/list.html", context, status=422 if request.GET else 200)
    agency, cycle = choice.cleaned_data["agency"], choice.cleaned_data["cycle"]
    require(actor, "quick.start", QuickAssessment(office=agency.regional_office, agency=agency, cycle=cycle))
    instrument = instrument_of(cycle)
    if request.method != "POST":
        return _new(request, agency, cycle, QuickIndicatorsForm(instrument=instrument))
    form, made = QuickIndicatorsForm(request.POST, instrument=instrument), list[QuickAssessment]()
    refused = call_service(
        form, lambda given: made.append(start_quick_assessment(agency, cycle, given["codes"], actor=actor))
    )
    if refused:
        return _new(request, agency, cycle, form, status=refused)
    return redirect("verification:quick", made[0].pk)


def _new(
    request: Request, agency: Agency, cycle: Cycle, form: QuickIndicatorsForm, *, status: int = 200
) -> HttpResponse:
    instrument = instrument_of(cycle)
    groups = [
        (aspect, [i for i in instrument.indicators.values() if i.aspect == aspect.code])
        for aspect in instrument.aspects
    ]
    context = {"agency": agency, "cycle": cycle, "form": form, "groups": groups}
    return render(request, "verification/quick/new.html", context, status=status)


def _get_quick_assessment(request: Request, quick: int) -> QuickAssessment:
    rows = QuickAssessment.objects.select_related("agency", "cycle")
    found: QuickAssessment = fetch_or_404(request, rows, pk=quick)
    return found


@require_safe
@require_sign_in
def quick_assessment_page(request: Request, quick: int) -> HttpResponse:
    """The indicators chosen with the office's levels."""
    row = _get_quick_assessment(request, quick)
    typed = take_saved_input(request)
    return _quick(request, row, summary=QuickSummaryForm(initial=typed.dict() if typed else {}))


def _quick(
    request: Request,
    row: QuickAssessment,
    *,
    faulty: tuple[str, QuickLevelForm] | None = None,
    summary: QuickSummaryForm | None = None,
    status: int = 200,
) -> HttpResponse:
    instrument, levels = instrument_of(row.cycle), list(row.levels.all())
    context: dict[str, Any] = {
        "quick": row,
        "instrument": instrument,
        "forms": [
            (item, instrument.indicators[item.code], _level_form(item, instrument, faulty)) for item in levels
        ],
        "faulty_form": faulty[1] if faulty else summary if summary and summary.is_bound else None,
        "left": [item.code for item in levels if item.level is None],
        "summary": summary or QuickSummaryForm(),
        "may_fill": may(request.actor, "quick.fill", row),
    }
    return render(request, "verification/quick/quick.html", context, status=status)


def _level_form(
    item: QuickLevel, instrument: Any, faulty: tuple[str, QuickLevelForm] | None
) -> QuickLevelForm:
    if faulty and faulty[0] == item.code:
        return faulty[1]
    stands = {"level": item.level, "reason": item.note, "version": item.version}
    return QuickLevelForm(initial=stands, instrument=instrument, auto_id=f"{_id_of(item.code)}_%s")


def _id_of(code: str) -> str:
    return f"i{slugify(code.replace('.', '-'))}"


@post_only("verification:quick", "quick")
@require_sign_in
def post_quick_level(request: Request, quick: int, code: str) -> HttpResponse:
    """Save the level of one indicator."""
    row, actor = _get_quick_assessment(request, quick), request.actor
    require(actor, "quick.fill", row)
    get_object_or_404(QuickLevel, quick=row, code=code)
    form = QuickLevelForm(request.POST, instrument=instrument_of(row.cycle), auto_id=f"{_id_of(code)}_%s")
    refused = call_service(
        form,
        lambda given: save_quick_level(
            row, code, level=given["level"], note=given["reason"], version=given["version"], actor=actor
        ),
    )
    if refused:
        if refused == Conflict.status:
            now = get_object_or_404(QuickLevel, quick=row, code=code)
            form.data = {**form.data.dict(), "version": str(now.version)}  # type: ignore[attr-defined]
        return _quick(request, row, faulty=(code, form), status=refused)
    messages.success(request, _("Indicator %(code)s is saved.") % {"code": code})
    return redirect("verification:quick", quick)


@post_only("verification:quick", "quick")
@require_sign_in
def post_finish_quick(request: Request, quick: int) -> HttpResponse:
    """Close it; the report stands from now on."""
    row, form = _get_quick_assessment(request, quick), QuickSummaryForm(request.POST)
    refused = call_service(
        form, lambda given: finish_quick_assessment(row, summary=given["summary"], actor=request.actor)
    )
    if refused:
        return _quick(request, row, summary=form, status=refused)
    messages.success(request, _("The quick assessment is finished. Its report can be printed."))
    return redirect("verification:quick", quick)


@require_safe
@require_sign_in
def download_quick_report(request: Request, quick: int) -> HttpResponse:
    """The report as PDF."""
    row = _get_quick_assessment(request, quick)
    response = HttpResponse(quick_report_pdf(row), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="penilaian-kilat-{row.agency.slug}.pdf"'
    return response
