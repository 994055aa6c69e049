"""Attaching documents that the agency has already."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.evidence import queries
from sipinter.foundation.evidence.library.filters import validity_hint
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.texts.queries import first_matches
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.request import Request

from ..queries.workspace import may_write_answer
from ..services.answers import attach_evidence
from .base import get_frame, render_page, require_indicator

ROWS_A_PAGE = 50
FIND_MAX = 200


@require_http_methods(["GET", "POST"])
@require_sign_in
def attach_evidence_page(request: Request, pk: int, code: str) -> HttpResponse:
    """The agency's library, from which documents are ticked for the indicator."""
    frame = get_frame(request, pk)
    require_indicator(frame, code)
    actor = request.actor
    agency = frame.assessment.agency
    find = request.GET.get("q", "")[:FIND_MAX]
    found = queries.library_evidence(agency, actor, find=find).filter(superseded_by=None)
    if request.method == "POST":
        wanted = [parse_small_int(value, -1) for value in request.POST.getlist("evidence")]
        rows = list(found.filter(pk__in=wanted))
        for row in rows:
            attach_evidence(frame.assessment, code, row, actor=actor)
        if rows:
            text = ngettext("%(n)s document was attached.", "%(n)s documents were attached.", len(rows))
            messages.success(request, text % {"n": len(rows)})
            return redirect("selfassessment:answer", pk, code)
        messages.warning(request, _("Nothing was attached: tick the documents you want first."))
        return redirect(request.get_full_path())
    numbered = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    used = {pk: [c for c, ids in frame.attached.items() if pk in ids] for pk in (row.pk for row in numbered)}
    return render_page(
        request,
        "attach.html",
        frame,
        tab="answers",
        code=code,
        numbered=numbered,
        items=queries.evidence_items(numbered.object_list),
        used=used,
        space=queries.quota_usage(agency),
        find=find,
        matches=first_matches(numbered.object_list, find, actor) if find.strip() else {},
        validity=_validity(frame, numbered.object_list),
        may_write=may_write_answer(actor, frame.answers[code]),
    )


def _validity(frame: AssessmentFrame, rows: Iterable[Evidence]) -> dict[int, str]:
    """What one should know about the validity of each document; hints only."""
    today, horizon = frame.assessment.agency.today(), frame.assessment.cycle.plenary_on
    return {row.pk: validity_hint(row, today=today, horizon=horizon) for row in rows}
