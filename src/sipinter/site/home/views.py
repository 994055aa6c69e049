"""The page one lands on after signing in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sipinter.assessment.selfassessment.queries.own_assessments import (
    assignment_summaries,
    own_assessments,
    returned_assessments,
    waiting_by_state,
)
from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.web.request import Request


@require_GET
@require_sign_in
def home_page(request: Request) -> HttpResponse:
    """What is on one's plate."""
    actor = request.actor
    fills_in = actor.has(*ASSESSMENT_ROLES)
    asked = assignment_summaries(actor) if fills_in else []
    context = {
        "fills_in": fills_in,
        "duties": asked,
        "plates": own_assessments(actor, only_open=True, asked=asked) if fills_in else [],
        "waiting": waiting_by_state(actor),
        "sent_back": returned_assessments(actor) if actor.is_supervisor else [],
    }
    return render(request, "home/home.html", context)
