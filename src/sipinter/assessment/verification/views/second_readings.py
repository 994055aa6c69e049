"""Handing over, second readings, agreement between readers, and the list of reasons."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.record.forms.common import call_service
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Cycle, KeptReason, SecondReading
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.second_readings import AssignReadingsForm, HandOverForm, LevelForm
from ..queries.second_readings import (
    ENOUGH,
    TENABLE,
    TENTATIVE,
    agreement_table,
    get_blind_reading,
    has_read_all,
    own_second_readings,
    waiting_readings_count,
)
from ..services import reason_library, reassignment
from ..services.reassignment import handover_candidates
from ..services.second_readings import assign_second_readings, save_second_reading, second_readers
from .base import get_desk_line, get_submitted_assessment, read_desk, require_desk_reader
from .overview import render_desk_overview

ROWS_A_PAGE = 50


@post_only("verification:overview", "pk")
@require_sign_in
def post_hand_over(request: Request, pk: int) -> HttpResponse:
    """Give the verification to another verifier."""
    assessment = get_submitted_assessment(request, pk)
    form = HandOverForm(request.POST, people=handover_candidates(assessment))
    refused = call_service(
        form,
        lambda given: reassignment.hand_over_verification(
            assessment, given["to"], reason=given["reason"], holder=given["holder"], actor=request.actor
        ),
    )
    if refused:
        return render_desk_overview(
            request, get_submitted_assessment(request, pk), faulty=("hand_over", form), status=refused
        )
    said = _("%(name)s verifies this assessment from now on.") % {"name": form.cleaned_data["to"].name}
    messages.success(request, said)
    return redirect("verification:overview", pk)


@post_only("verification:overview", "pk")
@require_sign_in
def post_assign_readings(request: Request, pk: int) -> HttpResponse:
    """Give what is still to be read a second time to somebody else."""
    assessment = get_submitted_assessment(request, pk)
    form = AssignReadingsForm(request.POST, people=second_readers(assessment).free)
    refused = call_service(
        form,
        lambda given: assign_second_readings(assessment, given["to"], actor=request.actor),
    )
    if refused:
        return render_desk_overview(
            request, get_submitted_assessment(request, pk), faulty=("assign", form), status=refused
        )
    messages.success(request, _("The second readings were given to somebody else."))
    return redirect("verification:overview", pk)


@require_safe
@require_sign_in
def second_readings_page(request: Request) -> HttpResponse:
    """The second readings given to this person."""
    actor = request.actor
    require_desk_reader(actor)
    page = Paginator(own_second_readings(actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "waiting": waiting_readings_count(actor)}
    return render(request, "verification/second_readings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def second_reading_page(request: Request, pk: int) -> HttpResponse:
    """One indicator read blind: claim and evidence, nothing of the first reading until all is read."""
    rows = SecondReading.objects.select_related(
        "assessment__cycle", "assessment__agency", "first_reader", "reader"
    )
    reading = fetch_or_404(request, rows, pk=pk)
    require(request.actor, "second_reading.read", reading)
    instrument = instrument_of(reading.assessment.cycle)
    if request.method != "POST":
        typed = take_saved_input(request)
        return _reading(
            request, reading, LevelForm(initial=typed.dict() if typed else {}, instrument=instrument)
        )
    form = LevelForm(request.POST, instrument=instrument)
    refused = call_service(
        form,
        lambda given: save_second_reading(
            reading, given["level"], reason=given["reason"], actor=request.actor
        ),
    )
    if refused:
        return _reading(request, fetch_or_404(request, rows, pk=pk), form, status=refused)
    return _next(request, reading)


def _next(request: Request, reading: SecondReading) -> HttpResponse:
    following = own_second_readings(request.actor).filter(at__isnull=True).first()
    messages.success(request, _("Your reading of %(code)s is kept.") % {"code": reading.code})
    if following is None:
        return redirect("verification:second_readings")
    return redirect("verification:second_reading", following.pk)


def _reading(request: Request, reading: SecondReading, form: LevelForm, *, status: int = 200) -> HttpResponse:
    actor = request.actor
    context = {
        "reading": reading,
        "case": get_blind_reading(reading),
        "form": form,
        "lifted": reading.at is not None and has_read_all(reading.assessment, actor),
        "waiting": waiting_readings_count(actor),
    }
    return render(request, "verification/second_reading.html", context, status=status)


@require_safe
@require_sign_in
def agreement_page(request: Request) -> HttpResponse:
    """How far first and second readers agree in a round."""
    require(request.actor, "agreement.read")
    cycles = list(Cycle.objects.filter(opened_at__isnull=False))
    wanted = request.GET.get("cycle", "")
    cycle = next((row for row in cycles if str(row.pk) == wanted), cycles[0] if cycles else None)
    context: dict[str, Any] = {
        "cycles": [(row.pk, row.name) for row in cycles],
        "cycle": cycle,
        "table": agreement_table(cycle) if cycle else None,
        "enough": ENOUGH,
        "tenable": TENABLE,
        "tentative": TENTATIVE,
    }
    return render(request, "verification/agreement.html", context)


@require_safe
@require_sign_in
def reason_library_page(request: Request) -> HttpResponse:
    """The list of reasons, most used first."""
    actor = request.actor
    require_desk_reader(actor)
    rows = KeptReason.objects.filter(dropped_at=None).select_related("kept_by")
    page = Paginator(rows.order_by("instrument_id", "code", "-used", "pk"), ROWS_A_PAGE)
    context = {"page": page.get_page(request.GET.get("page")), "may_keep": bool(may(actor, "reason.keep"))}
    return render(request, "verification/reason_library.html", context)


@post_only("verification:indicator", "pk", "code")
@require_sign_in
def post_keep_reason(request: Request, pk: int, code: str) -> HttpResponse:
    """Put the reason of a verdict on the list."""
    line = get_desk_line(read_desk(request, get_submitted_assessment(request, pk)), code)
    try:
        reason_library.keep_reason(line.answer, actor=request.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The reason is on the list of this indicator now."))
    return redirect(f"{reverse('verification:indicator', args=[pk, code])}#verdict")


@post_only("verification:kept_reasons")
@require_sign_in
def post_drop_reason(request: Request, reason: int) -> HttpResponse:
    """Take a reason off the list."""
    require(request.actor, "reason.keep")
    kept = KeptReason.objects.filter(pk=reason, dropped_at=None).first()
    if kept is not None:
        reason_library.drop_reason(kept, actor=request.actor)
    taken = 1 if kept else 0
    said = ngettext("%(n)s reason was taken off the list.", "%(n)s reasons were taken off the list.", taken)
    messages.success(request, said % {"n": taken})
    return redirect("verification:kept_reasons")
