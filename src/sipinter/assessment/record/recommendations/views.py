"""The agency's list of recommendations."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.web.request import Request

from .queries import group_by_assessment, issued_recommendations

ROWS_A_PAGE = 50


@require_GET
@require_sign_in
def recommendations_page(request: Request) -> HttpResponse:
    """Recommendations that were issued to the person's agency (for the supervisor: to all)."""
    actor = request.actor
    numbered = Paginator(issued_recommendations(actor), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "numbered": numbered,
        "groups": group_by_assessment(numbered.object_list),
        "of_all": actor.is_supervisor,
        "opens_workspace": actor.has(*ASSESSMENT_ROLES),
    }
    return render(request, "recommendations/list.html", context)
