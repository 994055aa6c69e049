"""Days of desk verification: the list, one day with its slots, the printed agenda."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.record.forms.common import call_service
from sipinter.assessment.record.models import AT_THE_SUPERVISOR, CLOSED, Assessment, DeskDay
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.desk_days import DeskDayForm, DeskSlotForm
from ..papers import desk_agenda_pdf
from ..services import desk_days
from ..services.desk_days import plan_desk_day, put_desk_slot
from .base import require_desk_reader

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def desk_days_page(request: Request) -> HttpResponse:
    """Every day, newest first; a POST plans one."""
    actor = request.actor
    require_desk_reader(actor)
    if request.method != "POST":
        typed = take_saved_input(request)
        return _days(request, DeskDayForm(initial=typed.dict() if typed else {}))
    require(actor, "desk_day.manage")
    form, made = DeskDayForm(request.POST), list[DeskDay]()
    refused = call_service(form, lambda given: made.append(plan_desk_day(**given, actor=actor)))
    if refused:
        return _days(request, form, status=refused)
    messages.success(request, _("The day was planned. Give the agencies their slots."))
    return redirect("verification:desk_day", made[0].pk)


def _days(request: Request, form: DeskDayForm, *, status: int = 200) -> HttpResponse:
    actor = request.actor
    rows = DeskDay.objects.visible_to(actor).select_related("cycle").prefetch_related("slots")
    context = {"days": list(rows[:SHOWN]), "form": form, "may_plan": bool(may(actor, "desk_day.manage"))}
    return render(request, "verification/days.html", context, status=status)


def _day_of(request: Request, day: int) -> DeskDay:
    found: DeskDay = fetch_or_404(request, DeskDay.objects.select_related("cycle"), pk=day)
    return found


def _eligible(planned: DeskDay) -> object:
    rows = Assessment.objects.filter(cycle=planned.cycle, state__in=AT_THE_SUPERVISOR)
    return rows.exclude(state__in=CLOSED).select_related("agency").order_by("agency__name")


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def desk_day_page(request: Request, day: int) -> HttpResponse:
    """One day with its slots; a POST gives an agency its slot."""
    planned, actor = _day_of(request, day), request.actor
    if request.method != "POST":
        typed = take_saved_input(request)
        form = DeskSlotForm(initial=typed.dict() if typed else {}, assessments=_eligible(planned))
        return _day(request, planned, form)
    require(actor, "desk_day.manage", planned)
    form = DeskSlotForm(request.POST, assessments=_eligible(planned))
    refused = call_service(form, lambda given: put_desk_slot(planned, **given, actor=actor))
    if refused:
        return _day(request, planned, form, status=refused)
    messages.success(request, _("The slot was given; the agency has been told."))
    return redirect("verification:desk_day", day)


def _day(request: Request, planned: DeskDay, form: DeskSlotForm, *, status: int = 200) -> HttpResponse:
    slots = planned.slots.select_related("assessment__agency", "assessment__verifier")
    allowed = bool(may(request.actor, "desk_day.manage", planned))
    context = {"day": planned, "slots": list(slots), "form": form, "may_plan": allowed}
    return render(request, "verification/day.html", context, status=status)


@post_only("verification:desk_day", "day")
@require_sign_in
def post_remove_slot(request: Request, day: int, slot: int) -> HttpResponse:
    """Take an agency off the day."""
    planned = _day_of(request, day)
    require(request.actor, "desk_day.manage", planned)
    found = planned.slots.select_related("day", "assessment").filter(pk=slot).first()
    if found is not None:
        desk_days.remove_desk_slot(found, actor=request.actor)
    messages.success(request, _("The agency was taken off the day."))
    return redirect("verification:desk_day", day)


@require_safe
@require_sign_in
def download_desk_agenda(request: Request, day: int) -> HttpResponse:
    """The agenda as PDF."""
    planned = _day_of(request, day)
    response = HttpResponse(desk_agenda_pdf(planned), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="agenda-{planned.held_on:%Y-%m-%d}.pdf"'
    return response
