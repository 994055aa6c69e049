"""The list of one's own assessments, and the way into one."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from sipinter.assessment.record.models import State
from sipinter.assessment.record.queries.page_frame import load_frame
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.web.request import Request

from ..queries.own_assessments import assignment_summaries, own_assessments
from ..queries.workspace import first_open_indicator
from ..services.assignments import assigned_tasks_path
from .base import get_assessment


@require_GET
@require_sign_in
def own_assessments_page(request: Request) -> HttpResponse:
    """The assessments of the person's own agencies, newest round first."""
    actor = request.actor
    assigned = assignment_summaries(actor)
    context = {"assessments": own_assessments(actor, asked=assigned), "assigned": assigned}
    return render(request, "selfassessment/list.html", context)


@require_GET
@require_sign_in
def workspace_redirect(request: Request, pk: int) -> HttpResponse:
    """Where work goes on: questions on what applies, the first open indicator, else the overview."""
    assessment = get_assessment(request, pk)
    if request.actor.is_confined_in(assessment.agency_id):
        return redirect(assigned_tasks_path(assessment))
    frame = load_frame(assessment, request.actor)
    if frame.assessment.state != State.FILLING:
        return redirect("selfassessment:overview", pk)
    if frame.open_gates and may(request.actor, "assessment.gates", frame.assessment):
        return redirect("selfassessment:gates", pk)
    code = first_open_indicator(frame)
    return redirect("selfassessment:answer", pk, code) if code else redirect("selfassessment:overview", pk)
