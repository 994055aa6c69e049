"""The agency's objection to a decision."""

from django.utils.translation import gettext_lazy

from sipinter.assessment.selfassessment.views.submission import render_overview, step_view

from ..services import objections

object_to_decision = step_view(
    lambda request, assessment: objections.object_to_decision(
        assessment, reason=request.POST.get("reason", ""), actor=request.actor
    ),
    gettext_lazy("The objection was sent to the plenary."),
    render_overview,
)
