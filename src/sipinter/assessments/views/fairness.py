"""Handing over, second readings, agreement between readers, and the list of reasons."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.accounts.access import actor_from, fetch
from sipinter.accounts.actor import Actor
from sipinter.accounts.permissions import may, require
from sipinter.accounts.stash import sign_in_required, take_stash
from sipinter.web.errors import Denied, Refused

from .. import services as act
from ..forms.common import attempt
from ..forms.fairness import AssignForm, HandOverForm, LevelForm
from ..instruments import instrument_of
from ..models import Cycle, KeptReason, SecondReading
from ..queries import readings
from ..queries.desk import READERS, desk
from .desk import line_of, opened
from .desk_steps import overview
from .posting import posts

PAGE = 50


def at_the_desk(actor: Actor) -> None:
    """Denied for whoever has nothing to do at the verification desk."""
    if not (actor.is_system or actor.has(*READERS)):
        raise Denied(_("The desk is for the people of the supervising body."))


@posts("assessments:desk_overview", "pk")
@sign_in_required
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the verification to another verifier."""
    assessment = opened(request, pk)
    form = HandOverForm(request.POST, people=act.takers(assessment))
    refused = attempt(
        form,
        lambda given: act.hand_over(
            assessment, given["to"], reason=given["reason"], holder=given["holder"], actor=actor_from(request)
        ),
    )
    if refused:
        return overview(request, opened(request, pk), faulty=("hand_over", form), status=refused)
    said = _("%(name)s verifies this assessment from now on.") % {"name": form.cleaned_data["to"].name}
    messages.success(request, said)
    return redirect("assessments:desk_overview", pk)


@posts("assessments:desk_overview", "pk")
@sign_in_required
def assign_readings(request: HttpRequest, pk: int) -> HttpResponse:
    """Give what is still to be read a second time to somebody else."""
    assessment = opened(request, pk)
    form = AssignForm(request.POST, people=act.readers(assessment))
    refused = attempt(
        form, lambda given: act.assign_readings(assessment, given["to"], actor=actor_from(request))
    )
    if refused:
        return overview(request, opened(request, pk), faulty=("assign", form), status=refused)
    messages.success(request, _("The second readings were given to somebody else."))
    return redirect("assessments:desk_overview", pk)


@require_safe
@sign_in_required
def second_readings(request: HttpRequest) -> HttpResponse:
    """The second readings given to this person."""
    actor = actor_from(request)
    at_the_desk(actor)
    page = Paginator(readings.to_read(actor), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "waiting": readings.waiting_count(actor)}
    return render(request, "assessments/desk/second_readings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def second_reading(request: HttpRequest, pk: int) -> HttpResponse:
    """One indicator read blind: claim and evidence, nothing of the first reading until all is read."""
    rows = SecondReading.objects.select_related(
        "assessment__cycle", "assessment__agency", "first_reader", "reader"
    )
    reading = fetch(request, rows, pk=pk)
    require(actor_from(request), "second_reading.read", reading)
    instrument = instrument_of(reading.assessment.cycle)
    if request.method != "POST":
        typed = take_stash(request)
        return _reading(
            request, reading, LevelForm(initial=typed.dict() if typed else {}, instrument=instrument)
        )
    form = LevelForm(request.POST, instrument=instrument)
    refused = attempt(
        form,
        lambda given: act.read_again(
            reading, given["level"], reason=given["reason"], actor=actor_from(request)
        ),
    )
    if refused:
        return _reading(request, fetch(request, rows, pk=pk), form, status=refused)
    return _next(request, reading)


def _next(request: HttpRequest, reading: SecondReading) -> HttpResponse:
    following = readings.to_read(actor_from(request)).filter(at__isnull=True).first()
    messages.success(request, _("Your reading of %(code)s is kept.") % {"code": reading.code})
    if following is None:
        return redirect("assessments:second_readings")
    return redirect("assessments:second_reading", following.pk)


def _reading(
    request: HttpRequest, reading: SecondReading, form: LevelForm, *, status: int = 200
) -> HttpResponse:
    actor = actor_from(request)
    context = {
        "reading": reading,
        "case": readings.blind(reading),
        "form": form,
        "lifted": reading.at is not None and readings.all_read(reading.assessment, actor),
        "waiting": readings.waiting_count(actor),
    }
    return render(request, "assessments/desk/second_reading.html", context, status=status)


@require_safe
@sign_in_required
def agreement(request: HttpRequest) -> HttpResponse:
    """How far first and second readers agree in a round."""
    require(actor_from(request), "agreement.read")
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
    return render(request, "assessments/desk/agreement.html", context)


@require_safe
@sign_in_required
def kept_reasons(request: HttpRequest) -> HttpResponse:
    """The list of reasons, most used first."""
    actor = actor_from(request)
    at_the_desk(actor)
    rows = KeptReason.objects.filter(dropped_at=None).select_related("kept_by")
    page = Paginator(rows.order_by("instrument_id", "code", "-used", "pk"), PAGE)
    context = {"page": page.get_page(request.GET.get("page")), "may_keep": bool(may(actor, "reason.keep"))}
    return render(request, "assessments/desk/kept_reasons.html", context)


@posts("assessments:desk", "pk", "code")
@sign_in_required
def keep_reason(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Put the reason of a verdict on the list."""
    line = line_of(desk(opened(request, pk)), code)
    try:
        act.keep_reason(line.answer, actor=actor_from(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The reason is on the list of this indicator now."))
    return redirect(f"{reverse('assessments:desk', args=[pk, code])}#verdict")


@posts("assessments:kept_reasons")
@sign_in_required
def drop_reason(request: HttpRequest, reason: int) -> HttpResponse:
    """Take a reason off the list."""
    require(actor_from(request), "reason.keep")
    kept = KeptReason.objects.filter(pk=reason, dropped_at=None).first()
    if kept is not None:
        act.drop_reason(kept, actor=actor_from(request))
    taken = 1 if kept else 0
    said = ngettext("%(n)s reason was taken off the list.", "%(n)s reasons were taken off the list.", taken)
    messages.success(request, said % {"n": taken})
    return redirect("assessments:kept_reasons")
