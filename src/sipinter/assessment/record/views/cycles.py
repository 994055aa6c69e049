"""Rounds: list, making one, moving its dates, opening it for agencies. The administrator's pages."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.foundation.access.errors import Conflict
from sipinter.foundation.access.permissions import require
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request
from sipinter.rules.instrument import default_catalog

from ..forms.common import call_service
from ..forms.cycles import ChangeDatesForm, CycleForm, OpenCycleForm, SecondReadingShareForm
from ..models import Cycle
from ..queries import cycles
from ..services.cycles import change_dates, create_cycle, open_cycle, set_second_reading_share


@require_safe
@require_sign_in
def cycles_page(request: Request) -> HttpResponse:
    """Every round."""
    require(request.actor, "cycle.manage")
    context = {"cycles": list(cycles.cycles_with_counts()), "titles": _titles()}
    return render(request, "record/list.html", context)


def _titles() -> dict[str, Any]:
    return {i.id: i.title for i in default_catalog().values()}


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def new_cycle_page(request: Request) -> HttpResponse:
    """Make a round."""
    require(request.actor, "cycle.manage")
    if request.method != "POST":
        typed = take_saved_input(request)
        return _new(request, CycleForm(initial=typed.dict() if typed else {}))
    form = CycleForm(request.POST)
    made: list[Cycle] = []
    refused = call_service(form, lambda given: made.append(create_cycle(**given, actor=request.actor)))
    if refused:
        return _new(request, form, status=refused)
    messages.success(request, _("The round was made. It opens once you choose its agencies."))
    return redirect("record:cycle", made[0].pk)


def _new(request: Request, form: CycleForm, *, status: int = 200) -> HttpResponse:
    return render(request, "record/new.html", {"form": form}, status=status)


@require_safe
@require_sign_in
def cycle_page(request: Request, pk: int) -> HttpResponse:
    """One round: where its assessments stand, its dates, its agencies."""
    require(request.actor, "cycle.manage")
    typed = take_saved_input(request)
    return _cycle(request, get_object_or_404(Cycle, pk=pk), typed=typed.dict() if typed else {})


def _cycle(
    request: Request,
    row: Cycle,
    *,
    typed: dict[str, Any] | None = None,
    dates: ChangeDatesForm | None = None,
    agencies: OpenCycleForm | None = None,
    share: SecondReadingShareForm | None = None,
    status: int = 200,
) -> HttpResponse:
    stands = {name: getattr(row, name) for name in (*ChangeDatesForm.dates, "version")}
    context = {
        "cycle": row,
        "title": _titles().get(row.instrument_id, row.instrument_id),
        "standing": cycles.cycle_state_counts(row),
        "types": cycles.agency_type_counts(row),
        "dates": dates or ChangeDatesForm(initial={**stands, **(typed or {})}),
        "share": share or SecondReadingShareForm(initial={"second_reading_share": row.second_reading_share}),
        "agencies": agencies or OpenCycleForm(initial={"codes": (typed or {}).get("codes", "")}),
        "faulty_form": next((f for f in (dates, agencies, share) if f is not None), None),
    }
    return render(request, "record/cycle.html", context, status=status)


@post_only("record:cycle", "pk")
@require_sign_in
def post_change_cycle_dates(request: Request, pk: int) -> HttpResponse:
    """Move the dates of the stages."""
    require(request.actor, "cycle.manage")
    row = get_object_or_404(Cycle, pk=pk)
    form = ChangeDatesForm(request.POST)
    refused = call_service(form, lambda given: change_dates(row, actor=request.actor, **given))
    if refused:
        row = get_object_or_404(Cycle, pk=pk)
        if refused == Conflict.status:
            form.set_beside(row)
        return _cycle(request, row, dates=form, status=refused)
    messages.success(request, _("The dates were changed."))
    return redirect("record:cycle", pk)


@post_only("record:cycle", "pk")
@require_sign_in
def post_change_reading_share(request: Request, pk: int) -> HttpResponse:
    """Change how many of the verified indicators are read a second time."""
    require(request.actor, "cycle.manage")
    row, form = get_object_or_404(Cycle, pk=pk), SecondReadingShareForm(request.POST)
    refused = call_service(
        form,
        lambda given: set_second_reading_share(row, given["second_reading_share"], actor=request.actor),
    )
    if refused:
        return _cycle(request, get_object_or_404(Cycle, pk=pk), share=form, status=refused)
    messages.success(request, _("The share of second readings was changed."))
    return redirect("record:cycle", pk)


@post_only("record:cycle", "pk")
@require_sign_in
def post_open_cycle(request: Request, pk: int) -> HttpResponse:
    """Open the round for agencies, or add agencies to an open one."""
    require(request.actor, "cycle.manage")
    row = get_object_or_404(Cycle, pk=pk)
    form = OpenCycleForm(request.POST)
    if not form.is_valid():
        return _cycle(request, row, agencies=form, status=422)
    added = open_cycle(row, form.agencies(), actor=request.actor)
    said = ngettext("%(n)s agency was added to the round.", "%(n)s agencies were added to the round.", added)
    messages.success(request, said % {"n": added})
    return redirect("record:cycle", pk)
