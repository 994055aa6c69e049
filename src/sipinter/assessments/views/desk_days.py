"""Days of desk verification: the list, one day with its slots, the printed agenda."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.accounts.access import actor_from, fetch
from sipinter.accounts.permissions import may, require
from sipinter.accounts.stash import sign_in_required, take_stash

from .. import services as act
from ..forms.common import attempt
from ..forms.fairness import DeskDayForm, SlotForm
from ..minutes import agenda
from ..models import AT_THE_SUPERVISOR, CLOSED, Assessment, DeskDay
from .fairness import at_the_desk
from .posting import posts

SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def desk_days(request: HttpRequest) -> HttpResponse:
    """Every day, newest first; a POST plans one."""
    actor = actor_from(request)
    at_the_desk(actor)
    if request.method != "POST":
        typed = take_stash(request)
        return _days(request, DeskDayForm(initial=typed.dict() if typed else {}))
    require(actor, "desk_day.manage")
    form, made = DeskDayForm(request.POST), list[DeskDay]()
    refused = attempt(form, lambda given: made.append(act.plan_desk_day(**given, actor=actor)))
    if refused:
        return _days(request, form, status=refused)
    messages.success(request, _("The day was planned. Give the agencies their slots."))
    return redirect("assessments:desk_day", made[0].pk)


def _days(request: HttpRequest, form: DeskDayForm, *, status: int = 200) -> HttpResponse:
    actor = actor_from(request)
    rows = DeskDay.objects.visible_to(actor).select_related("cycle").prefetch_related("slots")
    context = {"days": list(rows[:SHOWN]), "form": form, "may_plan": bool(may(actor, "desk_day.manage"))}
    return render(request, "assessments/desk/days.html", context, status=status)


def _day_of(request: HttpRequest, day: int) -> DeskDay:
    found: DeskDay = fetch(request, DeskDay.objects.select_related("cycle"), pk=day)
    return found


def _eligible(planned: DeskDay) -> object:
    rows = Assessment.objects.filter(cycle=planned.cycle, state__in=AT_THE_SUPERVISOR)
    return rows.exclude(state__in=CLOSED).select_related("agency").order_by("agency__name")


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def desk_day(request: HttpRequest, day: int) -> HttpResponse:
    """One day with its slots; a POST gives an agency its slot."""
    planned, actor = _day_of(request, day), actor_from(request)
    if request.method != "POST":
        typed = take_stash(request)
        form = SlotForm(initial=typed.dict() if typed else {}, assessments=_eligible(planned))
        return _day(request, planned, form)
    require(actor, "desk_day.manage", planned)
    form = SlotForm(request.POST, assessments=_eligible(planned))
    refused = attempt(form, lambda given: act.put_slot(planned, **given, actor=actor))
    if refused:
        return _day(request, planned, form, status=refused)
    messages.success(request, _("The slot was given; the agency has been told."))
    return redirect("assessments:desk_day", day)


def _day(request: HttpRequest, planned: DeskDay, form: SlotForm, *, status: int = 200) -> HttpResponse:
    slots = planned.slots.select_related("assessment__agency", "assessment__verifier")
    allowed = bool(may(actor_from(request), "desk_day.manage", planned))
    context = {"day": planned, "slots": list(slots), "form": form, "may_plan": allowed}
    return render(request, "assessments/desk/day.html", context, status=status)


@posts("assessments:desk_day", "day")
@sign_in_required
def remove_slot(request: HttpRequest, day: int, slot: int) -> HttpResponse:
    """Take an agency off the day."""
    planned = _day_of(request, day)
    require(actor_from(request), "desk_day.manage", planned)
    found = planned.slots.select_related("day", "assessment").filter(pk=slot).first()
    if found is not None:
        act.remove_slot(found, actor=actor_from(request))
    messages.success(request, _("The agency was taken off the day."))
    return redirect("assessments:desk_day", day)


@require_safe
@sign_in_required
def desk_day_agenda(request: HttpRequest, day: int) -> HttpResponse:
    """The agenda as PDF."""
    planned = _day_of(request, day)
    response = HttpResponse(agenda(planned), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="agenda-{planned.held_on:%Y-%m-%d}.pdf"'
    return response
