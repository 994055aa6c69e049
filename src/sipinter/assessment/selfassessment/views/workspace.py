"""Where an assessment leads to: the list of one's own, the way in, the overview."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from sipinter.assessment.record.models import State
from sipinter.assessment.record.queries.frame import frame_of
from sipinter.foundation.accounts.fetching import actor_from
from sipinter.foundation.accounts.permissions import may
from sipinter.foundation.accounts.sign_in_required import sign_in_required

from ..queries.plates import duties, plates
from ..queries.workspace import first_to_do
from ..services.assignments import tasks_page
from .pages import opened


@require_GET
@sign_in_required
def current(request: HttpRequest) -> HttpResponse:
    """The assessments of the person's own agencies, newest round first."""
    actor = actor_from(request)
    asked = duties(actor)
    context = {"plates": plates(actor, asked=asked), "duties": asked}
    return render(request, "selfassessment/list.html", context)


@require_GET
@sign_in_required
def workspace(request: HttpRequest, pk: int) -> HttpResponse:
    """Where work goes on: questions on what applies, the first open indicator, else the overview."""
    assessment = opened(request, pk)
    if actor_from(request).is_confined_in(assessment.agency_id):
        return redirect(tasks_page(assessment))
    frame = frame_of(assessment, actor_from(request))
    if frame.assessment.state != State.FILLING:
        return redirect("selfassessment:overview", pk)
    if frame.open_gates and may(actor_from(request), "assessment.gates", frame.assessment):
        return redirect("selfassessment:gates", pk)
    code = first_to_do(frame)
    return redirect("selfassessment:answer", pk, code) if code else redirect("selfassessment:overview", pk)
