"""Sharing an assessment out inside the agency: board, assigning, comments, the secretary's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from sipinter.assessment.record.forms.common import add_refusal
from sipinter.assessment.record.models import Assignment
from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.accounts.models import User
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.teamwork import BOARD_STATES, AssignIndicatorsForm
from ..queries.summary import secretary_summary
from ..queries.teamwork import addressee_choices, assignment_board, team_members
from ..services import assignments, comments
from ..services.visits import note_visit
from .base import get_frame, render_page, require_indicator
from .indicator import render_indicator


@require_GET
@require_sign_in
def team_board_page(request: Request, pk: int) -> HttpResponse:
    """Who has what, until when, how far it is, by unit."""
    frame = get_frame(request, pk)
    require(request.actor, "assessment.team_board", frame.assessment)
    whole = assignment_board(frame)
    unit, state = request.GET.get("unit", ""), request.GET.get("state", "")
    units = [one.name for one in whole.units]
    chosen = {f"u{place}": name for place, name in enumerate(units)}.get(unit)
    shown = whole.only(unit=chosen, state=state if state in dict(BOARD_STATES) else "")
    return render_page(
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
@require_sign_in
def assign_indicators_page(request: Request, pk: int) -> HttpResponse:
    """Asking a person or a unit for indicators."""
    frame = get_frame(request, pk)
    require(request.actor, "assessment.assign", frame.assessment)
    posted = request.method == "POST"
    form = AssignIndicatorsForm(
        request.POST if posted else None,
        initial=None if posted else _first_values(request, frame),
        frame=frame,
        to=addressee_choices(team_members(frame.assessment)),
    )
    if posted and form.is_valid():
        try:
            return _assign(request, frame, form)
        except Refused as refusal:
            add_refusal(form, refusal)
    status = 422 if form.errors else 200
    return render_page(request, "teamwork/assign.html", frame, tab="team", form=form, status=status)


def _first_values(request: Request, frame: AssessmentFrame) -> dict[str, object]:
    """What was typed before a sign-in ran out; else the indicators that the address names."""
    if kept := take_saved_input(request):
        lists = {name: kept.getlist(name) for name in ("aspects", "codes")}
        return lists | {name: kept.get(name, "") for name in ("to", "due", "note")}
    return {"codes": [code for code in request.GET.getlist("code") if code in frame.answers]}


def _assign(request: Request, frame: AssessmentFrame, form: AssignIndicatorsForm) -> HttpResponse:
    person_id, unit = form.addressee
    person = User.objects.get(pk=person_id) if person_id else None
    rows = assignments.assign_indicators(
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


@post_only("selfassessment:team_board", "pk")
@require_sign_in
def post_withdraw_assignment(request: Request, pk: int, assignment: int) -> HttpResponse:
    """Take one assignment back."""
    rows = Assignment.objects.select_related("assessment__cycle", "assessment__agency", "person")
    row: Assignment = fetch_or_404(request, rows, pk=assignment, assessment=pk)
    assignments.withdraw_assignment(row, actor=request.actor)
    messages.success(request, _("Taken back: %(code)s. What was answered stays.") % {"code": row.code})
    return redirect("selfassessment:team_board", pk)


@post_only("selfassessment:answer", "pk", "code")
@require_sign_in
def post_comment(request: Request, pk: int, code: str) -> HttpResponse:
    """Say something inside the agency about an indicator."""
    frame = get_frame(request, pk)
    require_indicator(frame, code)
    try:
        comments.add_comment(frame.answers[code], request.POST.get("comment", ""), actor=request.actor)
    except Refused as refusal:
        return render_indicator(request, frame, code, refusal=refusal)
    messages.success(request, _("Your comment stands below; those you named were told."))
    return redirect(f"{reverse('selfassessment:answer', args=[pk, code])}#comments")


@require_GET
@require_sign_in
def summary_page(request: Request, pk: int) -> HttpResponse:
    """One number, what moves it, who is late, what changed since the last visit."""
    frame = get_frame(request, pk)
    since = note_visit(frame.assessment, actor=request.actor)
    return render_page(
        request, "teamwork/summary.html", frame, tab="summary", summary=secretary_summary(frame, since)
    )
