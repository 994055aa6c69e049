"""Recommendations at the desk: drafted from the criteria not met, edited or dropped until issued."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sipinter.assessment.record.forms.common import add_refusal
from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.record.recommendations.services import edit_recommendation
from sipinter.assessment.verification.forms.desk import RecommendationForm
from sipinter.assessment.verification.views.base import desk_context, get_submitted_assessment, read_verdicts
from sipinter.foundation.access.errors import Conflict, Refused
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..queries.recommendations import DeskRecommendation, aspect_recommendations


@require_safe
@require_sign_in
def desk_recommendations_page(request: Request, pk: int) -> HttpResponse:
    """All recommendations of an assessment."""
    assessment = get_submitted_assessment(request, pk)
    typed = take_saved_input(request)
    body, of = (typed.get("body", ""), typed.get("of", "")) if typed else ("", "")
    return _list(request, assessment, typed=(of, body) if of else None)


def _list(
    request: Request,
    assessment: Assessment,
    *,
    typed: tuple[str, str] | None = None,
    faulty: RecommendationForm | None = None,
    conflict: Recommendation | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `typed` is (id of a recommendation, text) that was typed and not saved."""
    view, actor = read_verdicts(request, assessment), request.actor
    groups = aspect_recommendations(view)

    def form(item: DeskRecommendation) -> RecommendationForm:
        mine = typed is not None and typed[0] == str(item.row.pk)
        if mine and faulty is not None:
            return faulty
        body = typed[1] if mine and typed else item.row.body
        initial = {"body": body, "version": item.row.version}
        return RecommendationForm(initial=initial, auto_id=f"rec{item.row.pk}_%s")

    everything = [item for _aspect, items in groups for item in items]
    context = {
        **desk_context(view),
        "groups": groups,
        "form_of": form,
        "open_id": typed[0] if typed else "",
        "faulty_form": faulty,
        "conflict": conflict,
        "typed": typed[1] if typed else "",
        "restored": typed is not None and faulty is None and conflict is None,
        "may_edit": lambda item: may(actor, "recommendation.edit", item.row),
        "kept": sum(not item.row.is_dropped for item in everything),
        "dropped": sum(item.row.is_dropped for item in everything),
        "edited": sum(item.row.is_edited and not item.row.is_dropped for item in everything),
    }
    return render(request, "verification/recommendations.html", context, status=status)


@post_only("decisions:recommendations", "pk")
@require_sign_in
def post_edit_recommendation(request: Request, pk: int, recommendation: int) -> HttpResponse:
    """Save the text of one, drop it, or take it up again."""
    assessment = get_submitted_assessment(request, pk)
    row = fetch_or_404(request, Recommendation.objects.filter(assessment=assessment), pk=recommendation)
    form = RecommendationForm(request.POST, auto_id=f"rec{row.pk}_%s")
    typed = (str(row.pk), request.POST.get("body", ""))
    if not form.is_valid():
        return _list(request, assessment, typed=typed, faulty=form, status=422)
    given = form.cleaned_data
    try:
        edit_recommendation(
            row,
            body=given["body"],
            is_dropped="drop" in request.POST,
            version=given["version"],
            actor=request.actor,
        )
    except Conflict as refused:
        row.refresh_from_db()
        return _list(request, assessment, typed=typed, conflict=row, status=refused.status)
    except Refused as refused:
        add_refusal(form, refused)
        return _list(request, assessment, typed=typed, faulty=form, status=refused.status)
    said = (
        _("Recommendation on %(code)s dropped.")
        if "drop" in request.POST
        else _("Recommendation on %(code)s saved.")
    )
    messages.success(request, said % {"code": row.code})
    return redirect(f"{reverse('decisions:recommendations', args=[pk])}#rec{row.pk}")
