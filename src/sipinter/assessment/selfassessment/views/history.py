"""The history of an assessment, and the evidence library beside an indicator."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sipinter.assessment.record.queries.history import entries, events
from sipinter.foundation.accounts.sign_in_required import sign_in_required
from sipinter.foundation.web.request import Request

from .pages import framed, known, page

ENTRIES_A_PAGE = 50


@require_GET
@sign_in_required
def history(request: Request, pk: int) -> HttpResponse:
    """Every change, newest first, of the whole assessment or of one indicator."""
    frame = framed(request, pk)
    code = request.GET.get("indicator", "")
    if code:
        known(frame, code)
    numbered = Paginator(events(frame, code), ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "history.html",
        frame,
        tab="history",
        numbered=numbered,
        entries=entries(frame, numbered.object_list),
        code=code,
    )
