"""Where an assessment leads to: the list of one's own, the way in, the overview."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from sipinter.assessment.record.models import State
from sipinter.assessment.record.queries.frame import frame_of
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.sign_in_required import sign_in_required
from sipinter.foundation.web.request import Request

from ..queries.plates import duties, plates
from ..queries.workspace import first_to_do
from ..services.assignments import tasks_page
from .pages import opened


@require_GET
@sign_in_required
def current(request: Request) -> HttpResponse:
    """The assessments of the person's own agencies, newest round first."""
    actor = request.actor
    asked = duties(actor)
    context = {"plates": plates(actor, asked=asked), "duties": asked}
    return render(request, "selfassessment/list.html", context)


@require_GET
@sign_in_required
def workspace(request: Request, pk: int) -> HttpResponse:
    """Where work goes on: questions on what applies, the first open indicator, else the overview."""
    assessment = opened(request, pk)
    if request.actor.is_confined_in(assessment.agency_id):
        return redirect(tasks_page(assessment))
    frame = frame_of(assessment, request.actor)
    if frame.assessment.state != State.FILLING:
        return redirect("selfassessment:overview", pk)
    if frame.open_gates and may(request.actor, "assessment.gates", frame.assessment):
        return redirect("selfassessment:gates", pk)
    code = first_to_do(frame)
    return redirect("selfassessment:answer", pk, code) if code else redirect("selfassessment:overview", pk)
