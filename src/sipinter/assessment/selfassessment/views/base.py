"""What the views of an assessment share: fetch, frame, render."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, load_frame
from sipinter.assessment.record.services.desk_reading import note_desk_reading
from sipinter.assessment.record.workflow import BY_ACTION, Transition, step_obstacle
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.access.permissions import Permission, may
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.request import Request

from ..queries.workspace import indicator_path


@dataclass(frozen=True)
class StepButton:
    """A step of the workflow as a page offers it to a person: its title, or why it is not possible."""

    assessment: Assessment
    actor: Actor
    transition: Transition

    @property
    def title(self) -> str | Promise:
        return self.transition.title

    @property
    def in_state(self) -> bool:
        """Whether the step leads on from where the assessment stands."""
        return self.assessment.state in self.transition.sources

    @cached_property
    def _permission(self) -> Permission:
        return may(self.actor, f"assessment.{self.transition.action}", self.assessment)

    @property
    def mine(self) -> bool:
        """Whether the step is this person's."""
        return self._permission.allowed

    @cached_property
    def why_not(self) -> str:
        """Why it cannot be taken now; only what a page shows is asked of the database."""
        return self._permission.reason or step_obstacle(self.assessment, self.transition.action)


def get_assessment(request: Request, pk: int) -> Assessment:
    """The assessment, if the signed-in person may see it; else Http404, on record."""
    rows = Assessment.objects.select_related("cycle", "agency", "verifier")
    found: Assessment = fetch_or_404(request, rows, pk=pk)
    return found


def get_assessment_key(request: Request, pk: int) -> Assessment:
    """`get_assessment` for a service, which reads the row again under its lock: little more than its key."""
    found: Assessment = fetch_or_404(request, Assessment.objects.only("agency"), pk=pk)
    return found


def get_frame(request: Request, pk: int) -> AssessmentFrame:
    """The assessment with what every page of it shows; Denied to whoever sees only what is asked of them."""
    assessment, actor = get_assessment(request, pk), request.actor
    if actor.is_confined_in(assessment.agency_id):
        raise Denied(_("You see what is assigned to you: it stands on the page “My tasks”."))
    frame = load_frame(assessment, actor)
    note_desk_reading(assessment, frame.answers.values(), actor=actor)
    return frame


def require_indicator(frame: AssessmentFrame, code: str) -> None:
    """Http404 when this assessment has no such indicator (or has not been started)."""
    if code not in frame.answers:
        raise Http404


def render_page(
    request: Request,
    template: str,
    frame: AssessmentFrame,
    *,
    tab: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render a page of an assessment. `tab` names the view it belongs to.

    Its template asks `step(action)` for a button: the step's title and why it is not possible, if so.
    """
    context = {
        "frame": frame,
        "assessment": frame.assessment,
        "zone": frame.assessment.agency.time_zone,
        "tab": tab,
        "step": lambda action: StepButton(frame.assessment, request.actor, BY_ACTION[action]),
        "entry": next(iter(indicator_path(frame)), next(iter(frame.answers), "")),
        **more,
    }
    return render(request, f"selfassessment/{template}", context, status=status)
