"""Objections: the agency's step and page, and the panel that the plenary names."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from sipinter.assessment.record.forms.common import call_service
from sipinter.assessment.record.models import Assessment, Objection
from sipinter.assessment.selfassessment.views.submission import render_overview, step_view
from sipinter.assessment.verification.views.base import get_submitted_assessment
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.objections import ObjectionFileForm, PanelForm
from ..services import objections
from ..services.objections import attach_to_objection
from .meetings import show_outcome

post_object_to_decision = step_view(
    lambda request, assessment: objections.object_to_decision(
        assessment, reason=request.POST.get("reason", ""), actor=request.actor
    ),
    gettext_lazy("The objection was sent to the plenary."),
    render_overview,
)


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def objection_page(request: Request, pk: int) -> HttpResponse:
    """The agency's objection with its documents; a POST adds one."""
    rows = Assessment.objects.select_related("cycle", "agency")
    assessment: Assessment = fetch_or_404(request, rows, pk=pk)
    found = assessment.objections.select_related("decision").first()
    if found is None:
        raise Http404
    found.assessment = assessment
    if request.method != "POST":
        return _objection(request, found, ObjectionFileForm())
    form = ObjectionFileForm(request.POST, request.FILES)
    refused = call_service(form, lambda given: attach_to_objection(found, given["file"], actor=request.actor))
    if refused:
        return _objection(request, found, form, status=refused)
    messages.success(request, _("The document was added to the objection."))
    return redirect("decisions:objection", pk)


def _objection(
    request: Request, found: Objection, form: ObjectionFileForm, *, status: int = 200
) -> HttpResponse:
    actor = request.actor
    context = {
        "assessment": found.assessment,
        "objection": found,
        "documents": list(found.evidence.select_related("blob").order_by("uploaded_at", "pk")),
        "panel": list(found.members.all()),
        "form": form,
        "may_add": may(actor, "objection.evidence", found),
        "zone": found.assessment.agency.time_zone,
    }
    return render(request, "decisions/objection.html", context, status=status)


@post_only("decisions:plenary_item", "pk")
@require_sign_in
def post_name_panel(request: Request, pk: int) -> HttpResponse:
    """Name the panel that hears the open objection."""
    assessment = get_submitted_assessment(request, pk)
    objection = assessment.objections.filter(closed_at__isnull=True).first()
    require(request.actor, "objection.panel", objection or Objection(assessment=assessment))
    if objection is None:
        raise Http404
    objection.assessment = assessment
    form = PanelForm(request.POST, objection=objection)
    actor, people = request.actor, form.people
    refused = call_service(
        form,
        lambda given: objections.name_panel(
            objection, [people[key] for key in given["members"]], actor=actor
        ),
    )
    show_outcome(request, refused, form, _("The panel was named; its members have been told."))
    return redirect("decisions:plenary_item", pk)
