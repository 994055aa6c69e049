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
from sipinter.foundation.accounts.sign_in_required import sign_in_required, take_stash
from sipinter.foundation.web.posting import posts
from sipinter.foundation.web.request import Request
from sipinter.rules.instrument import default_catalog

from ..forms.common import attempt
from ..forms.cycles import AgenciesForm, CycleForm, MoveForm, ShareForm
from ..models import Cycle
from ..queries import cycles as rounds
from ..services.cycles import change_dates, create_cycle, open_cycle, set_second_reading_share


@require_safe
@sign_in_required
def cycles(request: Request) -> HttpResponse:
    """Every round."""
    require(request.actor, "cycle.manage")
    context = {"cycles": list(rounds.cycles()), "titles": _titles()}
    return render(request, "record/list.html", context)


def _titles() -> dict[str, Any]:
    return {i.id: i.title for i in default_catalog().values()}


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def cycle_new(request: Request) -> HttpResponse:
    """Make a round."""
    require(request.actor, "cycle.manage")
    if request.method != "POST":
        typed = take_stash(request)
        return _new(request, CycleForm(initial=typed.dict() if typed else {}))
    form = CycleForm(request.POST)
    made: list[Cycle] = []
    refused = attempt(form, lambda given: made.append(create_cycle(**given, actor=request.actor)))
    if refused:
        return _new(request, form, status=refused)
    messages.success(request, _("The round was made. It opens once you choose its agencies."))
    return redirect("record:cycle", made[0].pk)


def _new(request: Request, form: CycleForm, *, status: int = 200) -> HttpResponse:
    return render(request, "record/new.html", {"form": form}, status=status)


@require_safe
@sign_in_required
def cycle(request: Request, pk: int) -> HttpResponse:
    """One round: where its assessments stand, its dates, its agencies."""
    require(request.actor, "cycle.manage")
    typed = take_stash(request)
    return _cycle(request, get_object_or_404(Cycle, pk=pk), typed=typed.dict() if typed else {})


def _cycle(
    request: Request,
    row: Cycle,
    *,
    typed: dict[str, Any] | None = None,
    dates: MoveForm | None = None,
    agencies: AgenciesForm | None = None,
    share: ShareForm | None = None,
    status: int = 200,
) -> HttpResponse:
    stands = {name: getattr(row, name) for name in (*MoveForm.dates, "version")}
    context = {
        "cycle": row,
        "title": _titles().get(row.instrument_id, row.instrument_id),
        "standing": rounds.standing(row),
        "types": rounds.by_type(row),
        "dates": dates or MoveForm(initial={**stands, **(typed or {})}),
        "share": share or ShareForm(initial={"second_reading_share": row.second_reading_share}),
        "agencies": agencies or AgenciesForm(initial={"codes": (typed or {}).get("codes", "")}),
        "faulty_form": next((f for f in (dates, agencies, share) if f is not None), None),
    }
    return render(request, "record/cycle.html", context, status=status)


@posts("record:cycle", "pk")
@sign_in_required
def cycle_dates(request: Request, pk: int) -> HttpResponse:
    """Move the dates of the stages."""
    require(request.actor, "cycle.manage")
    row = get_object_or_404(Cycle, pk=pk)
    form = MoveForm(request.POST)
    refused = attempt(form, lambda given: change_dates(row, actor=request.actor, **given))
    if refused:
        row = get_object_or_404(Cycle, pk=pk)
        if refused == Conflict.status:
            form.set_beside(row)
        return _cycle(request, row, dates=form, status=refused)
    messages.success(request, _("The dates were changed."))
    return redirect("record:cycle", pk)


@posts("record:cycle", "pk")
@sign_in_required
def cycle_share(request: Request, pk: int) -> HttpResponse:
    """Change how many of the verified indicators are read a second time."""
    require(request.actor, "cycle.manage")
    row, form = get_object_or_404(Cycle, pk=pk), ShareForm(request.POST)
    refused = attempt(
        form,
        lambda given: set_second_reading_share(row, given["second_reading_share"], actor=request.actor),
    )
    if refused:
        return _cycle(request, get_object_or_404(Cycle, pk=pk), share=form, status=refused)
    messages.success(request, _("The share of second readings was changed."))
    return redirect("record:cycle", pk)


@posts("record:cycle", "pk")
@sign_in_required
def cycle_open(request: Request, pk: int) -> HttpResponse:
    """Open the round for agencies, or add agencies to an open one."""
    require(request.actor, "cycle.manage")
    row = get_object_or_404(Cycle, pk=pk)
    form = AgenciesForm(request.POST)
    if not form.is_valid():
        return _cycle(request, row, agencies=form, status=422)
    added = open_cycle(row, form.agencies(), actor=request.actor)
    said = ngettext("%(n)s agency was added to the round.", "%(n)s agencies were added to the round.", added)
    messages.success(request, said % {"n": added})
    return redirect("record:cycle", pk)
