"""The page one lands on after signing in."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sipinter.assessment.selfassessment.queries.plates import duties, plates, sent_back, waiting
from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.accounts.sign_in_required import sign_in_required
from sipinter.foundation.web.request import Request


@require_GET
@sign_in_required
def home(request: Request) -> HttpResponse:
    """What is on one's plate."""
    actor = request.actor
    fills_in = actor.has(*ASSESSMENT_ROLES)
    asked = duties(actor) if fills_in else []
    context = {
        "fills_in": fills_in,
        "duties": asked,
        "plates": plates(actor, only_open=True, asked=asked) if fills_in else [],
        "waiting": waiting(actor),
        "sent_back": sent_back(actor) if actor.is_supervisor else [],
    }
    return render(request, "home/home.html", context)
