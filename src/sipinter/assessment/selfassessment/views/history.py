"""The history of an assessment."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sipinter.assessment.record.queries.history import assessment_events, history_entries
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.web.request import Request

from .base import get_frame, render_page, require_indicator

ROWS_A_PAGE = 50


@require_GET
@require_sign_in
def history_page(request: Request, pk: int) -> HttpResponse:
    """Every change, newest first, of the whole assessment or of one indicator."""
    frame = get_frame(request, pk)
    code = request.GET.get("indicator", "")
    if code:
        require_indicator(frame, code)
    numbered = Paginator(assessment_events(frame, code), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render_page(
        request,
        "history.html",
        frame,
        tab="history",
        numbered=numbered,
        entries=history_entries(frame, numbered.object_list),
        code=code,
    )
