"""Starting from an earlier year."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.access.permissions import Permission, require
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.request import Request

from ..earlier_years import earlier_assessments
from ..forms.earlier_years import carry_over_choices
from ..permissions import may_in_time
from ..queries.earlier_years import get_earlier_year_page
from ..services.earlier_years import CarryOverChoice, CarryOverResult, carry_over_answers
from .base import get_frame, render_page


@require_http_methods(["GET", "POST"])
@require_sign_in
def earlier_years_page(request: Request, pk: int) -> HttpResponse:
    """The earlier assessment (`?dari=`: another of them) beside this one; POST takes over what is ticked."""
    frame = get_frame(request, pk)
    require(request.actor, "assessment.look_back", frame.assessment)
    earlier = earlier_assessments(frame.assessment)
    wanted = parse_small_int(request.GET.get("dari", ""), None)
    chosen = next((row for row in earlier if row.pk == wanted), next(iter(earlier), None))
    if request.method == "GET" or chosen is None:
        return _page(request, frame, earlier, chosen)
    takes = dict(carry_over_choices(request.POST))
    if "all" in request.POST:
        takes = {code: CarryOverChoice() for code in get_earlier_year_page(frame, chosen).open_codes} | takes
    if not takes:
        messages.warning(request, _("Nothing was taken over: tick the indicators you want first."))
        return redirect(request.get_full_path())
    try:
        carried = carry_over_answers(frame.assessment, chosen, takes, actor=request.actor)
    except Refused as refusal:
        return _page(request, frame, earlier, chosen, refusal=refusal)
    _say(request, carried)
    if carried.conflicts or carried.refused:
        return _page(request, get_frame(request, pk), earlier, chosen, carried=carried)
    return redirect(request.get_full_path())


def _page(
    request: Request,
    frame: AssessmentFrame,
    earlier: list[Assessment],
    chosen: Assessment | None,
    *,
    refusal: Refused | None = None,
    carried: CarryOverResult | None = None,
) -> HttpResponse:
    status = refusal.status if refusal else 409 if carried else 200
    return render_page(
        request,
        "earlier_years.html",
        frame,
        tab="years",
        status=status,
        refusal=refusal,
        carried=carried,
        candidates=earlier,
        chosen=chosen,
        may_use=_may_use(request, frame.assessment),
        view=get_earlier_year_page(frame, chosen) if chosen and frame.answers else None,
    )


def _may_use(request: Request, assessment: Assessment) -> Permission:
    """Whether the person may take over now, by right, state and date."""
    return may_in_time(request.actor, "assessment.carry_over", assessment, assessment)


def _say(request: Request, carried: CarryOverResult) -> None:
    if count := len(carried.taken):
        text = ngettext("%(num)s indicator was taken over.", "%(num)s indicators were taken over.", count)
        messages.success(request, text % {"num": count})
    elif not carried.conflicts and not carried.refused:
        messages.info(request, _("Nothing was taken over: everything stays as it is saved."))
