"""The easiest route to the next category."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sipinter.foundation.accounts.sign_in_required import sign_in_required
from sipinter.foundation.web.request import Request

from ..queries.route import Way, targets, way
from .pages import framed, page


@require_GET
@sign_in_required
def route(request: Request, pk: int) -> HttpResponse:
    """Which indicators to raise, with the least effort, to reach a category or a score."""
    frame = framed(request, pk)
    choices = targets(frame) if frame.answers else []
    wanted = request.GET.get("score", "").strip().replace(",", ".") or request.GET.get("target", "")
    fixed = frozenset(request.GET.getlist("fix")) & frozenset(frame.answers)
    if not wanted and choices:
        wanted = choices[0].code
    found: Way | None = way(frame, wanted, fixed) if wanted and frame.answers else None
    return page(
        request, "route.html", frame, tab="route", way=found, targets=choices, wanted=wanted, fixed=fixed
    )
