"""The plenary's meetings with their minutes, and the conditions of decisions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.record.forms.common import call_service
from sipinter.assessment.record.models import Assessment, Condition, Meeting, State
from sipinter.assessment.verification.views.base import get_submitted_assessment
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.access.roles import OVERSIGHT_ROLES
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.accounts.reauthentication import require_reauthentication
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.meetings import ConditionMetForm, MeetingForm
from ..queries import plenary
from ..services.meetings import CASES_MAX, MeetingDetails, hold_meeting, mark_condition_met, new_meeting_key

SHOWN = 100


@require_safe
@require_sign_in
def meetings_page(request: Request) -> HttpResponse:
    """Every meeting, newest first."""
    actor = request.actor
    if not (actor.is_system or actor.has(*OVERSIGHT_ROLES)):
        raise Denied(_("The plenary's list is for the people of the supervising body."))
    rows = Meeting.objects.visible_to(actor).prefetch_related("cases")
    context = {"meetings": list(rows[:SHOWN]), "may_hold": bool(may(actor, "meeting.hold"))}
    return render(request, "decisions/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
@require_reauthentication()
def new_meeting_page(request: Request) -> HttpResponse:
    """Decide several assessments with one date and minutes."""
    actor = request.actor
    require(actor, "meeting.hold")
    waiting = plenary.plenary_assessments(actor, State.PLENARY.value)
    if request.method != "POST":
        typed = take_saved_input(request)
        initial = {"key": new_meeting_key(), **(typed.dict() if typed else {"chair": actor.name})}
        return _new(request, MeetingForm(initial=initial, assessments=waiting))
    known = Meeting.objects.visible_to(actor).filter(key=request.POST.get("key", "")).first()
    if known is not None and known.closed_at is not None:
        return redirect("decisions:meeting", known.pk)  # the same form came a second time
    # What another meeting has decided meanwhile stays on the list, and is refused there with its reason.
    form = MeetingForm(request.POST, assessments=Assessment.objects.visible_to(actor))
    made: list[Meeting] = []
    refused = call_service(form, lambda given: made.append(_decide(request, given)))
    if refused:
        return _new(request, form, status=refused)
    decided = made[0].cases.exclude(decision=None).count()
    said = ngettext("%(n)s assessment was decided.", "%(n)s assessments were decided.", decided)
    messages.success(request, said % {"n": decided})
    return redirect("decisions:meeting", made[0].pk)


def _decide(request: Request, given: dict[str, Any]) -> Meeting:
    sitting = MeetingDetails(
        given["held_on"], given["place"], given["chair"], given["attendees"].splitlines(), given["notes"]
    )
    chosen = given["assessments"].select_related("cycle", "agency").order_by("agency__name", "pk")
    return hold_meeting(list(chosen), sitting, key=given["key"], actor=request.actor)


def _new(request: Request, form: MeetingForm, *, status: int = 200) -> HttpResponse:
    rows = plenary.plenary_rows(
        list(plenary.plenary_assessments(request.actor, State.PLENARY.value)[:CASES_MAX])
    )
    chosen = {str(pk) for pk in form["assessments"].value() or []}
    context = {"form": form, "rows": rows, "chosen": chosen}
    return render(request, "decisions/meeting_new.html", context, status=status)


@require_safe
@require_sign_in
def meeting_page(request: Request, meeting: int) -> HttpResponse:
    """One meeting: what was decided, what was refused and why, and its minutes."""
    row = fetch_or_404(request, Meeting.objects.all(), pk=meeting)
    cases = row.cases.select_related("assessment__agency", "assessment__cycle", "decision")
    context = {
        "meeting": row,
        "cases": [(case, plenary.category_by_code(case.assessment, _category(case))) for case in cases],
    }
    return render(request, "decisions/meeting.html", context)


def _category(case: Any) -> str:
    return str(case.decision.category) if case.decision else ""


@require_safe
@require_sign_in
def download_minutes(request: Request, meeting: int) -> HttpResponse:
    """The signed minutes as they were made; 404 until then."""
    row = fetch_or_404(request, Meeting.objects.all(), pk=meeting)
    body = store.get_bytes(row.path) if row.path else None
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type="application/pdf")
    name = slugify(row.number.replace("/", "-"))
    response["Content-Disposition"] = f'inline; filename="berita-acara-{name}.pdf"'
    return response


@post_only("decisions:plenary_item", "pk")
@require_sign_in
def post_condition_met(request: Request, pk: int, condition: int) -> HttpResponse:
    """Note that a condition was met."""
    assessment, form = get_submitted_assessment(request, pk), ConditionMetForm(request.POST)
    row = Condition.objects.filter(pk=condition, decision__assessment=assessment).first()
    if row is None:
        raise Http404
    row.decision.assessment = assessment
    actor = request.actor
    refused = call_service(form, lambda given: mark_condition_met(row, note=given["note"], actor=actor))
    show_outcome(request, refused, form, _("The condition was noted as met."))
    return redirect("decisions:plenary_item", pk)


def show_outcome(request: Request, refused: int, form: Any, done: str) -> None:
    """Say on the next page that it is done, or why it was refused."""
    if refused:
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    else:
        messages.success(request, done)
