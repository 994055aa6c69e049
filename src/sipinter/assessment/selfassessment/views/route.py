"""The easiest route to the next category."""

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.web.request import Request

from ..queries.route import TargetRoute, higher_categories, route_to_target
from .base import get_frame, render_page


@require_GET
@require_sign_in
def route_page(request: Request, pk: int) -> HttpResponse:
    """Which indicators to raise, with the least effort, to reach a category or a score."""
    frame = get_frame(request, pk)
    choices = higher_categories(frame) if frame.answers else []
    wanted = request.GET.get("score", "").strip().replace(",", ".") or request.GET.get("target", "")
    fixed = frozenset(request.GET.getlist("fix")) & frozenset(frame.answers)
    if not wanted and choices:
        wanted = choices[0].code
    found: TargetRoute | None = route_to_target(frame, wanted, fixed) if wanted and frame.answers else None
    return render_page(
        request, "route.html", frame, tab="route", way=found, targets=choices, wanted=wanted, fixed=fixed
    )
