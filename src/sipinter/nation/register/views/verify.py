"""Is this paper real? By the code beside the QR, or by the PDF itself. For anybody, signed in or not."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.decisions.papers import paper_difference, stored_paper_fault
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Assessment, Decision, DecisionDocument
from sipinter.assessment.record.queries.decisions import (
    decision_by_code,
    document_by_hash,
    is_published,
    normalize_decision_code,
)
from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.documents.signing.facts import MAX_BYTES
from sipinter.foundation.documents.signing.faults import SignatureFault
from sipinter.foundation.documents.signing.report import SignatureReport
from sipinter.foundation.evidence.signatures import verify_strangers_pdf
from sipinter.foundation.web.rate_limits import is_allowed, retry_after
from sipinter.foundation.web.request import Request
from sipinter.rules.model import Category


class CheckOutcome(StrEnum):
    """What is said about an uploaded file."""

    GENUINE = "genuine"
    UNLISTED = "unlisted"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    UNAVAILABLE = "unavailable"


CHANGED = frozenset(
    {
        SignatureFault.CHANGED,
        SignatureFault.APPENDED,
        SignatureFault.MALFORMED,
        SignatureFault.TRUNCATED,
        SignatureFault.SEVERAL,
    }
)


@dataclass(frozen=True)
class DecisionSummary:
    """What a decision says, for the public."""

    decision: Decision
    category: Category
    by: Decision | None
    is_expired: bool
    is_public: bool


@dataclass(frozen=True)
class PaperCheck:
    """The outcome of a check, the signature behind it, why, and the decision of a genuine paper."""

    outcome: CheckOutcome
    report: SignatureReport
    reason: str
    said: DecisionSummary | None = None
    kind: str = ""


def decision_summary(decision: Decision, *, is_public: bool = True) -> DecisionSummary:
    """The decision with its category and the one that took its place."""
    return DecisionSummary(
        decision=decision,
        category=instrument_of(decision.assessment.cycle).category(decision.category),
        by=_published_successor(decision),
        is_expired=decision.valid_until < timezone.localdate(),
        is_public=is_public,
    )


def _published_successor(decision: Decision) -> Decision | None:
    """The decision that took its place, once the public may know of it."""
    by: Decision | None = getattr(decision, "superseded_by", None)
    return by if by is not None and is_published(by) else None


def check_paper(pdf: bytes) -> PaperCheck:
    """Judge the bytes of a file: by its signature and by the register of issued papers, which must agree."""
    report, sha256 = verify_strangers_pdf(pdf), hashlib.sha256(pdf).hexdigest()
    paper = document_by_hash(sha256)
    listed = paper if paper is not None and is_published(paper.decision) else None
    if report.fault is SignatureFault.UNAVAILABLE:
        return PaperCheck(CheckOutcome.UNAVAILABLE, report, report.reason)
    if not report.valid:
        named = _("The register names this file, but its signature does not vouch for it.") if listed else ""
        is_changed = listed is not None or report.fault in CHANGED
        outcome = CheckOutcome.CHANGED if is_changed else CheckOutcome.UNKNOWN
        return PaperCheck(outcome, report, f"{named} {report.reason}".strip())
    if listed is None:
        return _unlisted(report)
    if reason := paper_difference(pdf, listed.decision):
        return PaperCheck(CheckOutcome.CHANGED, report, reason)
    kind = str(listed.get_kind_display())
    return PaperCheck(CheckOutcome.GENUINE, report, report.reason, decision_summary(listed.decision), kind)


def _unlisted(report: SignatureReport) -> PaperCheck:
    """A sound signature on a paper that is not in the register."""
    if report.revoked:
        sentence = _(
            "It was signed with a certificate that has been revoked since, and the register does not name it."
        )
        return PaperCheck(CheckOutcome.UNKNOWN, report, sentence)
    if report.unstamped:
        sentence = _("It bears no time stamp, and the register does not name it.")
        return PaperCheck(CheckOutcome.UNKNOWN, report, sentence)
    return PaperCheck(CheckOutcome.UNLISTED, report, report.reason)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify_page(request: Request) -> HttpResponse:
    """The page with both ways; a POST judges a file."""
    if request.method == "POST":
        return _judged(request)
    code = request.GET.get("code", "")
    if normalize_decision_code(code):
        return redirect("national:verify_code", normalize_decision_code(code))
    fault = _("Write the code that stands under the QR code.") if "code" in request.GET else ""
    return _page(request, code_fault=fault, status=422 if fault else 200)


def _judged(request: Request) -> HttpResponse:
    if not is_allowed(request, "verify"):
        sentence = _("Too many files in one minute. Wait a minute, then try again.")
        response = _page(request, fault=sentence, status=429)
        response["Retry-After"] = str(retry_after("verify"))
        return response
    file = request.FILES.get("file")
    fault = _unfit(file)
    if fault or file is None:
        return _page(request, fault=fault, status=422)
    try:
        checked = check_paper(file.read())
    except NotAnswering as refusal:
        return _page(request, fault=str(refusal), status=refusal.status)
    return _page(request, checked=checked, name=(file.name or "")[:120])


def _unfit(file: "UploadedFile[Any] | None") -> str:
    if file is None:
        return _("Choose the PDF file first.")
    if not file.size:
        return _("The file is empty.")
    if file.size > MAX_BYTES:
        return _("The file is larger than %(size)s MB, larger than any paper issued here.") % {
            "size": MAX_BYTES // 1024 // 1024
        }
    return ""


def _page(
    request: Request,
    *,
    checked: PaperCheck | None = None,
    name: str = "",
    fault: str = "",
    code: str = "",
    code_fault: str = "",
    status: int = 200,
) -> HttpResponse:
    faults = [("id_file", fault)] if fault else [("id_code", code_fault)] if code_fault else []
    context = {
        "checked": checked,
        "name": name,
        "fault": fault,
        "code": code,
        "code_fault": code_fault,
        "faults": faults,
    }
    return render(request, "national/verify.html", context, status=status)


@never_cache
@require_safe
def verify_code_page(request: Request, code: str) -> HttpResponse:
    """What the decision with this code says. 404, with the form again, for a code that nobody issued."""
    tidy = normalize_decision_code(code)
    decision = decision_by_code(tidy) if tidy else None
    public = decision is not None and is_published(decision)
    if decision is None or not (public or _may_see(request, decision)):
        fault = _(
            "No published decision bears the code %(code)s. Compare it with the paper, letter by letter."
        )
        return _page(request, code=code[:40], code_fault=fault % {"code": tidy or code[:40]}, status=404)
    if code != decision.code:
        return redirect("national:verify_code", decision.code)
    context = {"said": decision_summary(decision, is_public=public), "fault": _letter_fault(decision)}
    return render(request, "national/verify_code.html", context)


def _letter_fault(decision: Decision) -> str:
    """Why its letter does not bear out what the register says; empty while the letter is still being made."""
    letters = [d for d in decision.documents.all() if d.kind == DecisionDocument.Kind.LETTER]
    return "".join(stored_paper_fault(letter, decision) for letter in letters)


def _may_see(request: Request, decision: Decision) -> bool:
    """Before publication: the people who may see the assessment."""
    return Assessment.objects.visible_to(request.actor).filter(pk=decision.assessment_id).exists()
