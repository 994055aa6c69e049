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

from sipinter.assessment.record.forms.common import attempt
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Cycle, KeptReason, SecondReading
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied, Refused
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.access.roles import OVERSIGHT_ROLES
from sipinter.foundation.accounts.fetching import fetch
from sipinter.foundation.accounts.sign_in_required import sign_in_required, take_stash
from sipinter.foundation.web.posting import posts
from sipinter.foundation.web.request import Request

from ..forms.second_readings import AssignForm, HandOverForm, LevelForm
from ..queries import second_readings as readings
from ..queries.desk import desk
from ..services import reason_library, reassigning
from ..services import second_readings as second_readings_services
from ..services.reassigning import takers
from ..services.second_readings import read_again, readers
from .desk import line_of, opened
from .overview import overview

PAGE = 50


def at_the_desk(actor: Actor) -> None:
    """Denied for whoever has nothing to do at the verification desk."""
    if not (actor.is_system or actor.has(*OVERSIGHT_ROLES)):
        raise Denied(_("The desk is for the people of the supervising body."))


@posts("verification:overview", "pk")
@sign_in_required
def hand_over(request: Request, pk: int) -> HttpResponse:
    """Give the verification to another verifier."""
    assessment = opened(request, pk)
    form = HandOverForm(request.POST, people=takers(assessment))
    refused = attempt(
        form,
        lambda given: reassigning.hand_over(
            assessment, given["to"], reason=given["reason"], holder=given["holder"], actor=request.actor
        ),
    )
    if refused:
        return overview(request, opened(request, pk), faulty=("hand_over", form), status=refused)
    said = _("%(name)s verifies this assessment from now on.") % {"name": form.cleaned_data["to"].name}
    messages.success(request, said)
    return redirect("verification:overview", pk)


@posts("verification:overview", "pk")
@sign_in_required
def assign_readings(request: Request, pk: int) -> HttpResponse:
    """Give what is still to be read a second time to somebody else."""
    assessment = opened(request, pk)
    form = AssignForm(request.POST, people=readers(assessment))
    refused = attempt(
        form,
        lambda given: second_readings_services.assign_readings(assessment, given["to"], actor=request.actor),
    )
    if refused:
        return overview(request, opened(request, pk), faulty=("assign", form), status=refused)
    messages.success(request, _("The second readings were given to somebody else."))
    return redirect("verification:overview", pk)


@require_safe
@sign_in_required
def second_readings(request: Request) -> HttpResponse:
    """The second readings given to this person."""
    actor = request.actor
    at_the_desk(actor)
    page = Paginator(readings.to_read(actor), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "waiting": readings.waiting_count(actor)}
    return render(request, "verification/second_readings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def second_reading(request: Request, pk: int) -> HttpResponse:
    """One indicator read blind: claim and evidence, nothing of the first reading until all is read."""
    rows = SecondReading.objects.select_related(
        "assessment__cycle", "assessment__agency", "first_reader", "reader"
    )
    reading = fetch(request, rows, pk=pk)
    require(request.actor, "second_reading.read", reading)
    instrument = instrument_of(reading.assessment.cycle)
    if request.method != "POST":
        typed = take_stash(request)
        return _reading(
            request, reading, LevelForm(initial=typed.dict() if typed else {}, instrument=instrument)
        )
    form = LevelForm(request.POST, instrument=instrument)
    refused = attempt(
        form,
        lambda given: read_again(reading, given["level"], reason=given["reason"], actor=request.actor),
    )
    if refused:
        return _reading(request, fetch(request, rows, pk=pk), form, status=refused)
    return _next(request, reading)


def _next(request: Request, reading: SecondReading) -> HttpResponse:
    following = readings.to_read(request.actor).filter(at__isnull=True).first()
    messages.success(request, _("Your reading of %(code)s is kept.") % {"code": reading.code})
    if following is None:
        return redirect("verification:second_readings")
    return redirect("verification:second_reading", following.pk)


def _reading(request: Request, reading: SecondReading, form: LevelForm, *, status: int = 200) -> HttpResponse:
    actor = request.actor
    context = {
        "reading": reading,
        "case": readings.blind(reading),
        "form": form,
        "lifted": reading.at is not None and readings.all_read(reading.assessment, actor),
        "waiting": readings.waiting_count(actor),
    }
    return render(request, "verification/second_reading.html", context, status=status)


@require_safe
@sign_in_required
def agreement(request: Request) -> HttpResponse:
    """How far first and second readers agree in a round."""
    require(request.actor, "agreement.read")
    cycles = list(Cycle.objects.filter(opened_at__isnull=False))
    wanted = request.GET.get("cycle", "")
    cycle = next((row for row in cycles if str(row.pk) == wanted), cycles[0] if cycles else None)
    context: dict[str, Any] = {
        "cycles": [(row.pk, row.name) for row in cycles],
        "cycle": cycle,
        "table": readings.agreements(cycle) if cycle else None,
        "enough": readings.ENOUGH,
        "tenable": readings.TENABLE,
        "tentative": readings.TENTATIVE,
    }
    return render(request, "verification/agreement.html", context)


@require_safe
@sign_in_required
def kept_reasons(request: Request) -> HttpResponse:
    """The list of reasons, most used first."""
    actor = request.actor
    at_the_desk(actor)
    rows = KeptReason.objects.filter(dropped_at=None).select_related("kept_by")
    page = Paginator(rows.order_by("instrument_id", "code", "-used", "pk"), PAGE)
    context = {"page": page.get_page(request.GET.get("page")), "may_keep": bool(may(actor, "reason.keep"))}
    return render(request, "verification/kept_reasons.html", context)


@posts("verification:indicator", "pk", "code")
@sign_in_required
def keep_reason(request: Request, pk: int, code: str) -> HttpResponse:
    """Put the reason of a verdict on the list."""
    line = line_of(desk(opened(request, pk)), code)
    try:
        reason_library.keep_reason(line.answer, actor=request.actor)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The reason is on the list of this indicator now."))
    return redirect(f"{reverse('verification:indicator', args=[pk, code])}#verdict")


@posts("verification:kept_reasons")
@sign_in_required
def drop_reason(request: Request, reason: int) -> HttpResponse:
    """Take a reason off the list."""
    require(request.actor, "reason.keep")
    kept = KeptReason.objects.filter(pk=reason, dropped_at=None).first()
    if kept is not None:
        reason_library.drop_reason(kept, actor=request.actor)
    taken = 1 if kept else 0
    said = ngettext("%(n)s reason was taken off the list.", "%(n)s reasons were taken off the list.", taken)
    messages.success(request, said % {"n": taken})
    return redirect("verification:kept_reasons")
