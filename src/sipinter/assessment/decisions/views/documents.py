"""Handing out a decision's signed papers."""

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from sipinter.assessment.record.models import Assessment, DecisionDocument
from sipinter.assessment.record.queries.decisions import decision_by_code, is_published
from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.web.request import Request

from ..papers import missing_document_kinds
from ..services.read_receipts import record_paper_opening


@require_safe
def download_decision_document(request: Request, code: str, kind: str) -> HttpResponse:
    """The PDF as it was signed. Published decisions, superseded ones too, are anybody's; others are for
    those who may see the assessment. 404 for everybody else.
    """
    decision = decision_by_code(code)
    if decision is None:
        raise Http404
    public = is_published(decision)
    if not public:
        fetch_or_404(request, Assessment.objects.all(), pk=decision.assessment_id)
    paper = next((d for d in decision.documents.all() if d.kind == kind), None)
    if paper is None or store.size_of(paper.path) is None:
        raise Http404
    if not public:
        record_paper_opening(paper, actor=request.actor)
    response = _unchanged(request, paper) or _whole(paper, decision.number)
    response["ETag"] = f'"{paper.sha256}"'
    response["X-Content-Type-Options"] = "nosniff"
    if public:
        patch_cache_control(response, public=True, max_age=300)
    else:
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Cookie"])
    return response


@require_safe
def decision_papers_fragment(request: Request, code: str) -> HttpResponse:
    """How far the papers of a decision are: a part of the plenary's page, fetched by htmx. 404 as above."""
    decision = decision_by_code(code)
    if decision is None:
        raise Http404
    fetch_or_404(request, Assessment.objects.all(), pk=decision.assessment_id)
    context = {"decision": decision, "lacking": missing_document_kinds(decision)}
    return render(request, "decisions/_papers.html", context)


def _unchanged(request: Request, paper: DecisionDocument) -> HttpResponse | None:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return HttpResponseNotModified() if f'"{paper.sha256}"' in known else None


def _whole(paper: DecisionDocument, number: str) -> HttpResponse:
    body = store.get_bytes(paper.path)
    if body is None:
        raise Http404
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = (
        f'inline; filename="{slugify(number.replace("/", "-"))}-{paper.kind}.pdf"'
    )
    return response
