"""An open page of an indicator says every 20 seconds that it is open, and learns who else is there."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from sipinter.assessment.record.models import Answer, Assessment, Presence
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.request import Request

from ..queries.presence import other_editors

STOP_ASKING = 286  # htmx ends the asking


@require_POST
def post_presence(request: Request, pk: int, code: str) -> HttpResponse:
    """Keep that the person has the indicator open; the names of the others and a newer version, if any.

    It leaves no trace in the audit trail, changes nothing that anybody works on, and does not count as use of
    the sign-in (`accounts.middleware`): a page left open still runs out.
    """
    actor = request.actor
    if actor.user_id is None:
        raise Http404
    assessment = fetch_or_404(request, Assessment.objects.select_related("agency"), pk=pk)
    answer = Answer.objects.select_related("updated_by").filter(assessment=assessment, code=code).first()
    if answer is None:
        raise Http404
    answer.assessment = assessment
    if not may(actor, "assessment.answer", answer):
        return HttpResponse(status=STOP_ASKING)
    Presence.objects.bulk_create(
        [Presence(answer=answer, user_id=actor.user_id, seen_at=timezone.now())],
        update_conflicts=True,
        unique_fields=["answer", "user"],
        update_fields=["seen_at"],
    )
    newer = (
        answer.version > parse_small_int(request.POST.get("version", ""), -1)
        and answer.updated_by_id != actor.user_id
    )
    context = {
        "present": other_editors(answer, actor),
        "newer": answer if newer else None,
        "assessment": assessment,
        "zone": assessment.agency.time_zone,
    }
    return render(request, "selfassessment/_presence.html", context)
