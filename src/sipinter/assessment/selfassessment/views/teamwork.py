"""Sharing an assessment out inside the agency: board, assigning, comments, the secretary's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sipinter.assessment.record.forms.common import blame
from sipinter.assessment.record.models import Assignment
from sipinter.assessment.record.queries.frame import Frame
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.fetching import fetch
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.sign_in_required import sign_in_required, take_stash
from sipinter.foundation.web.posting import posts
from sipinter.foundation.web.request import Request

from ..forms.teamwork import BOARD_STATES, AssignForm
from ..queries.summary import summary
from ..queries.teamwork import addressees, board, team_of
from ..services import assignments, comments
from ..services.visits import note_visit
from .answers import show
from .pages import framed, known, page


@require_GET
@sign_in_required
def team_board(request: Request, pk: int) -> HttpResponse:
    """Who has what, until when, how far it is, by unit."""
    frame = framed(request, pk)
    require(request.actor, "assessment.team_board", frame.assessment)
    whole = board(frame)
    unit, state = request.GET.get("unit", ""), request.GET.get("state", "")
    units = [one.name for one in whole.units]
    chosen = {f"u{place}": name for place, name in enumerate(units)}.get(unit)
    shown = whole.only(unit=chosen, state=state if state in dict(BOARD_STATES) else "")
    return page(
        request,
        "teamwork/board.html",
        frame,
        tab="team",
        board=whole,
        shown=shown,
        units=units,
        unit=unit,
        state=state,
        states=BOARD_STATES,
        may_assign=may(request.actor, "assessment.assign", frame.assessment),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def assign(request: Request, pk: int) -> HttpResponse:
    """Asking a person or a unit for indicators."""
    frame = framed(request, pk)
    require(request.actor, "assessment.assign", frame.assessment)
    posted = request.method == "POST"
    form = AssignForm(
        request.POST if posted else None,
        initial=None if posted else _first_values(request, frame),
        frame=frame,
        to=addressees(team_of(frame.assessment)),
    )
    if posted and form.is_valid():
        try:
            return _assigned(request, frame, form)
        except Refused as refusal:
            blame(form, refusal)
    status = 422 if form.errors else 200
    return page(request, "teamwork/assign.html", frame, tab="team", form=form, status=status)


def _first_values(request: Request, frame: Frame) -> dict[str, object]:
    """What was typed before a sign-in ran out; else the indicators that the address names."""
    if kept := take_stash(request):
        lists = {name: kept.getlist(name) for name in ("aspects", "codes")}
        return lists | {name: kept.get(name, "") for name in ("to", "due", "note")}
    return {"codes": [code for code in request.GET.getlist("code") if code in frame.answers]}


def _assigned(request: Request, frame: Frame, form: AssignForm) -> HttpResponse:
    person_id, unit = form.addressee
    person = User.objects.get(pk=person_id) if person_id else None
    rows = assignments.assign(
        frame.assessment,
        form.chosen,
        person=person,
        unit=unit,
        due=form.cleaned_data["due"],
        note=form.cleaned_data["note"],
        actor=request.actor,
    )
    said = ngettext(
        "%(num)s indicator assigned to %(name)s.", "%(num)s indicators assigned to %(name)s.", len(rows)
    )
    messages.success(request, said % {"num": len(rows), "name": person.name if person else unit})
    return redirect("selfassessment:team_board", frame.assessment.pk)


@posts("selfassessment:team_board", "pk")
@sign_in_required
def withdraw(request: Request, pk: int, assignment: int) -> HttpResponse:
    """Take one assignment back."""
    rows = Assignment.objects.select_related("assessment__cycle", "assessment__agency", "person")
    row: Assignment = fetch(request, rows, pk=assignment, assessment=pk)
    assignments.withdraw(row, actor=request.actor)
    messages.success(request, _("Taken back: %(code)s. What was answered stays.") % {"code": row.code})
    return redirect("selfassessment:team_board", pk)


@posts("selfassessment:answer", "pk", "code")
@sign_in_required
def comment(request: Request, pk: int, code: str) -> HttpResponse:
    """Say something inside the agency about an indicator."""
    frame = framed(request, pk)
    known(frame, code)
    try:
        comments.comment(frame.answers[code], request.POST.get("comment", ""), actor=request.actor)
    except Refused as refusal:
        return show(request, frame, code, refusal=refusal)
    messages.success(request, _("Your comment stands below; those you named were told."))
    return redirect(f"{reverse('selfassessment:answer', args=[pk, code])}#comments")


@require_GET
@sign_in_required
def secretary(request: Request, pk: int) -> HttpResponse:
    """One number, what moves it, who is late, what changed since the last visit."""
    frame = framed(request, pk)
    since = note_visit(frame.assessment, actor=request.actor)
    return page(request, "teamwork/summary.html", frame, tab="summary", summary=summary(frame, since))
