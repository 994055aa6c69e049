"""The agency's library of evidence: the list, one document, its validity, and a newer version of it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from sipinter.assessment.record.forms.common import call_service
from sipinter.foundation.access.errors import Conflict, Denied
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.accounts.decorators import require_sign_in
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.evidence.judging.queries import judging_queue, replaceable_until
from sipinter.foundation.evidence.library.filters import LibraryFilter
from sipinter.foundation.evidence.library.services import describe_evidence
from sipinter.foundation.evidence.library.versions import versions_of
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.queries import EvidenceItem, quota_usage
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.rate_limits import rate_limit
from sipinter.foundation.web.request import Request

from ..forms.library import DescribeDocumentForm, ReplaceDocumentForm, ReplaceRefusedForm
from ..queries import library
from ..services.versions import ReplacedEvidence, replace_evidence, replace_refused_file

ROWS_A_PAGE = 25
HOLDINGS = (
    (LibraryFilter.ALL, lazy("All")),
    (LibraryFilter.VALID, lazy("Valid now")),
    (LibraryFilter.SOON, lazy("Runs out within 90 days")),
    (LibraryFilter.EXPIRED, lazy("Expired")),
    (LibraryFilter.UNUSED, lazy("Not used anywhere")),
    (LibraryFilter.OLDER, lazy("Older versions")),
)


@require_GET
@require_sign_in
def library_page(request: Request) -> HttpResponse:
    """The documents of one of the person's agencies, searched and narrowed."""
    actor = request.actor
    agencies = library.library_agencies(actor)
    if not agencies:
        raise Denied(_("Only people of an agency who see its whole assessment open its library."))
    wanted = request.GET.get("instansi", "")
    agency = next((one for one in agencies if one.slug == wanted), agencies[0])
    find, chosen = request.GET.get("q", ""), request.GET.get("masa", "")
    holding = LibraryFilter(chosen) if chosen in list(LibraryFilter) else LibraryFilter.ALL
    found = library.library_documents(agency, actor, find=find, holding=holding)
    numbered = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    kept = {"q": find, "masa": holding.value, "instansi": agency.slug if len(agencies) > 1 else ""}
    context = {
        "agency": agency,
        "agencies": agencies,
        "find": find,
        "holding": holding,
        "holdings": HOLDINGS,
        "numbered": numbered,
        "rows": library.library_rows(numbered.object_list, agency, actor),
        "space": quota_usage(agency),
        "query": "".join(f"{urlencode({k: v})}&" for k, v in kept.items() if v),
    }
    return render(request, "selfassessment/library/list.html", context)


def _get_document(request: Request, pk: int) -> Evidence:
    """The document, if it belongs to an agency whose library the person opens."""
    rows = Evidence.objects.select_related("agency", "blob", "uploaded_by", "superseded_by")
    found: Evidence = fetch_or_404(request, rows, pk=pk)
    require(request.actor, "evidence.library", found.agency_id)
    return found


@require_GET
@require_sign_in
def library_document_page(request: Request, pk: int) -> HttpResponse:
    """One document: what is known of it, where it is used, its versions."""
    return _page(request, _get_document(request, pk))


def _page(
    request: Request,
    evidence: Evidence,
    *,
    form: DescribeDocumentForm | None = None,
    newer: ReplaceDocumentForm | None = None,
    other: ReplaceRefusedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    until = replaceable_until(evidence)
    context = {
        "evidence": evidence,
        "item": EvidenceItem(evidence),
        "queue": judging_queue() if evidence.blob and evidence.blob.is_waiting else None,
        "other": other or ReplaceRefusedForm(),
        "replaceable_until": until,
        "is_replaceable": until is not None and timezone.now() <= until,
        "versions": versions_of(evidence),
        "row": library.library_rows([evidence], evidence.agency, actor)[0],
        "form": form or DescribeDocumentForm.of(evidence),
        "newer": newer or ReplaceDocumentForm.of(evidence),
        "may_change": may(actor, "evidence.change", evidence),
        "may_replace": may(actor, "evidence.replace", evidence),
    }
    return render(request, "selfassessment/library/document.html", context, status=status)


@post_only("selfassessment:library_document", "pk")
@require_sign_in
def post_describe_evidence(request: Request, pk: int) -> HttpResponse:
    """Save title and validity; after a conflict the form goes on with the version that stands now."""
    evidence = _get_document(request, pk)
    form = DescribeDocumentForm(request.POST)
    status = call_service(form, lambda values: describe_evidence(evidence, **values, actor=request.actor))
    if status:
        if status == Conflict.status:
            _go_on_from(form, evidence)
        return _page(request, _get_document(request, pk), form=form, status=status)
    messages.success(request, _("Saved."))
    return redirect("selfassessment:library_document", pk)


def _go_on_from(form: DescribeDocumentForm, evidence: Evidence) -> None:
    """What was typed stays; sent again, it knowingly replaces what the page now shows as saved."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["version"] = str(Evidence.objects.get(pk=evidence.pk).version)
    form.data = data


@post_only("selfassessment:library_document", "pk")
@require_sign_in
@rate_limit("upload")
def post_replace_evidence(request: Request, pk: int) -> HttpResponse:
    """Take a newer version and lead to it."""
    evidence, actor = _get_document(request, pk), request.actor
    form = ReplaceDocumentForm(request.POST, request.FILES)
    done: list[ReplacedEvidence] = []
    status = call_service(
        form,
        lambda values: done.append(replace_evidence(evidence, values["file"], **form.values(), actor=actor)),
    )
    if status:
        return _page(request, _get_document(request, pk), newer=form, status=status)
    _say(request, done[0])
    return redirect("selfassessment:library_document", done[0].evidence.pk)


@post_only("selfassessment:library_document", "pk")
@require_sign_in
@rate_limit("upload")
def post_replace_refused_file(request: Request, pk: int) -> HttpResponse:
    """Take a file in the place of one that was refused after it was sent in, and lead to it."""
    evidence, actor = _get_document(request, pk), request.actor
    form = ReplaceRefusedForm(request.POST, request.FILES)
    done: list[ReplacedEvidence] = []
    status = call_service(
        form, lambda values: done.append(replace_refused_file(evidence, values["file"], actor=actor))
    )
    if status:
        return _page(request, _get_document(request, pk), other=form, status=status)
    messages.success(request, _("The file took the place of the refused one. It is checked now."))
    return redirect("selfassessment:library_document", done[0].evidence.pk)


def _say(request: Request, replaced: ReplacedEvidence) -> None:
    count = len(replaced.moved)
    if count:
        text = ngettext(
            "The newer version now stands at %(num)s indicator.",
            "The newer version now stands at %(num)s indicators.",
            count,
        )
        messages.success(request, text % {"num": count})
    else:
        messages.success(request, _("The newer version is in the library."))
    if replaced.left:
        messages.info(request, _("In assessments that were sent in, the older version stays as it was read."))
