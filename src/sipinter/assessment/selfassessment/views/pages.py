"""What the views of an assessment share: fetch, frame, render."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.queries.frame import Frame, frame_of
from sipinter.assessment.record.workflow import BY_ACTION, why_not_now
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.fetching import fetch
from sipinter.foundation.web.request import Request

from ..queries.workspace import path_of


def opened(request: Request, pk: int) -> Assessment:
    """The assessment, if the signed-in person may see it; else Http404, on record."""
    rows = Assessment.objects.select_related("cycle", "agency", "verifier")
    found: Assessment = fetch(request, rows, pk=pk)
    return found


def named(request: Request, pk: int) -> Assessment:
    """As `opened`, for a service, which reads the row again under its lock: little more than its key."""
    found: Assessment = fetch(request, Assessment.objects.only("agency"), pk=pk)
    return found


def framed(request: Request, pk: int) -> Frame:
    """The assessment with what every page of it shows; Denied to whoever sees only what is asked of them."""
    assessment, actor = opened(request, pk), request.actor
    if actor.is_confined_in(assessment.agency_id):
        raise Denied(_("You see what is assigned to you: it stands on the page “My tasks”."))
    return frame_of(assessment, actor)


def known(frame: Frame, code: str) -> None:
    """Http404 when this assessment has no such indicator (or has not been started)."""
    if code not in frame.answers:
        raise Http404


def page(
    request: Request,
    template: str,
    frame: Frame,
    *,
    tab: str = "",
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Render a page of an assessment. `tab` names the view it belongs to.

    Its template asks `step(action)` for a button: the step's title and why it is not possible, if so.
    """
    actor = request.actor

    def step(action: str) -> dict[str, Any]:
        verdict = may(actor, f"assessment.{action}", frame.assessment)
        late = why_not_now(frame.assessment, action)
        return {
            "title": BY_ACTION[action].title,
            "mine": bool(verdict),
            "why_not": verdict.reason if not verdict else late,
            "in_state": frame.assessment.state in BY_ACTION[action].sources,
        }

    context = {
        "frame": frame,
        "assessment": frame.assessment,
        "zone": frame.assessment.agency.time_zone,
        "tab": tab,
        "step": step,
        "entry": next(iter(path_of(frame)), next(iter(frame.answers), "")),
        **more,
    }
    return render(request, f"selfassessment/{template}", context, status=status)
