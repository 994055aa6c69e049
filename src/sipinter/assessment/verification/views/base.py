"""What the pages of the verification desk share: who reads there, fetch, and the head of an assessment."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.queries.page_frame import days_until
from sipinter.assessment.record.services.desk_reading import note_desk_reading
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.conflicts import conflict_sentence
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import OVERSIGHT_ROLES
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.request import Request

from ..queries.desk import (
    Desk,
    DeskLine,
    DeskStanding,
    desk_due_date,
    get_desk,
    has_desk_access,
    is_tied_to_assessed,
    submitted_assessments,
)
from ..queries.second_readings import has_blind_reading


def require_desk_reader(actor: Actor) -> None:
    """Denied for whoever has nothing to do at the verification desk."""
    if not (actor.is_system or actor.has(*OVERSIGHT_ROLES)):
        raise Denied(_("The desk is for the people of the supervising body."))


def require_desk_access(actor: Actor) -> None:
    """Denied for whom neither the desk nor the queue is anything."""
    if not has_desk_access(actor):
        raise Denied(_("The desk is for the people of the supervising body."))


def get_submitted_assessment(request: Request, pk: int) -> Assessment:
    """The submitted assessment, if this person reads at the desk; else Http404, on record."""
    if is_tied_to_assessed(request.actor, pk):
        raise Denied(conflict_sentence())
    if has_blind_reading(request.actor, pk):
        raise Denied(
            _(
                "You read part of this assessment a second time, without knowing the first reading. "
                "The rest opens once you have read it all."
            )
        )
    found: Assessment = fetch_or_404(request, submitted_assessments(), pk=pk)
    return found


def read_desk(request: Request, assessment: Assessment) -> Desk:
    """The desk as this person sees it; that verdicts were read is on record."""
    view = get_desk(assessment, request.actor)
    note_desk_reading(assessment, view.answers, actor=request.actor)
    return view


def read_verdicts(request: Request, assessment: Assessment) -> Desk:
    """`read_desk` for a page that says nothing but verdicts; Denied where they are hidden."""
    require(request.actor, "verdict.read", assessment)
    return read_desk(request, assessment)


def get_desk_line(view: Desk, code: str) -> DeskLine:
    """The line of `code`; Http404 when the instrument has no such indicator."""
    line = view.line(code)
    if line is None:
        raise Http404
    return line


def desk_context(view: Desk) -> dict[str, Any]:
    """What every page of one assessment at the desk shows at its head."""
    assessment = view.assessment
    until = desk_due_date(assessment)
    return {
        "desk": view,
        "assessment": assessment,
        "zone": assessment.agency.time_zone,
        "due": until,
        "days": days_until(assessment, until),
        "DeskStanding": DeskStanding,
    }
