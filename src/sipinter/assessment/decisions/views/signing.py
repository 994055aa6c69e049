"""The page on which an official signs a decision's papers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sipinter.assessment.record.forms.common import call_service
from sipinter.assessment.record.models import Assessment
from sipinter.assessment.verification.views.base import get_submitted_assessment
from sipinter.foundation.access.permissions import require
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.documents.signing.remote import SignerCredentials
from sipinter.foundation.web.request import Request

from ..forms.signing import SignForm
from ..papers import missing_document_kinds
from ..services.signing import sign_decision_papers, signing_obstacle


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def sign_papers_page(request: Request, pk: int) -> HttpResponse:
    """The papers that wait for a signature; a POST signs them with what is typed for this act."""
    assessment = get_submitted_assessment(request, pk)
    require(request.actor, "papers.sign", assessment)
    if request.method != "POST":
        return _page(request, assessment, SignForm())
    form = SignForm(request.POST)
    refused = call_service(
        form,
        lambda given: sign_decision_papers(
            assessment,
            SignerCredentials(given["identity_number"], given["passphrase"]),
            actor=request.actor,
        ),
    )
    if refused:
        return _page(request, assessment, form, status=refused)
    messages.success(request, _("The papers are signed."))
    return redirect("decisions:plenary_item", pk)


def _page(request: Request, assessment: Assessment, form: SignForm, *, status: int = 200) -> HttpResponse:
    decision = assessment.decisions.filter(superseded_by=None).first()
    context = {
        "assessment": assessment,
        "decision": decision,
        "kinds": missing_document_kinds(decision) if decision else [],
        "obstacle": signing_obstacle(assessment, decision),
        "form": form,
    }
    return render(request, "decisions/sign.html", context, status=status)
