"""The agency's steps, one small view each, and the pages that they are taken from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from sipinter.assessment.record.completeness import GapKind, unrepaired_indicators
from sipinter.assessment.record.models import Assessment, State
from sipinter.assessment.record.queries.outcome import assessment_outcome
from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..earlier_years import earlier_assessments
from ..queries.hints import hints_before_sending
from ..queries.review import changes_since_return
from ..services import submission
from .base import get_assessment, get_frame, render_page

View = Callable[..., HttpResponse]


@require_GET
@require_sign_in
def overview_page(request: Request, pk: int) -> HttpResponse:
    """State, what to do next, aspects, and the decision once there is one."""
    return render_overview(request, pk)


@require_GET
@require_sign_in
def completeness_page(request: Request, pk: int) -> HttpResponse:
    """What is missing, with links, and every answer once more before it is sent."""
    return _check(request, pk)


@require_GET
@require_sign_in
def review_page(request: Request, pk: int) -> HttpResponse:
    """The secretary's page: one number, the aspects, what changed since the last return."""
    return _review(request, pk)


def _typed_reason(request: Request, name: str) -> str:
    """A reason as posted, or as typed before a sign-in ran out."""
    if request.method == "POST":
        return request.POST.get(name, "")
    kept = take_saved_input(request)
    return kept.get(name, "") if kept else ""


def render_overview(request: Request, pk: int, refusal: Refused | None = None) -> HttpResponse:
    frame = get_frame(request, pk)
    unrepaired = unrepaired_indicators(frame.assessment) if frame.asked else []
    return render_page(
        request,
        "overview.html",
        frame,
        tab="overview",
        status=refusal.status if refusal else 200,
        outcome=assessment_outcome(frame.assessment),
        unrepaired=unrepaired,
        refusal=refusal,
        reason=_typed_reason(request, "reason"),
        earlier=_earlier(frame),
    )


def _earlier(frame: AssessmentFrame) -> Assessment | None:
    """What the person may start from while filling in: the latest earlier assessment, if there is one."""
    filling = frame.assessment.state == State.FILLING and frame.workable
    return next(iter(earlier_assessments(frame.assessment)), None) if filling else None


def _check(request: Request, pk: int, refusal: Refused | None = None) -> HttpResponse:
    frame = get_frame(request, pk)
    lacks = {lack.value: [gap.code for gap in frame.missing if gap.lack is lack] for lack in GapKind}
    return render_page(
        request,
        "check.html",
        frame,
        tab="check",
        status=refusal.status if refusal else 200,
        lacks=lacks if frame.answers else {},
        refusal=refusal,
        noted=hints_before_sending(frame, request.actor),
    )


def _review(request: Request, pk: int, refusal: Refused | None = None) -> HttpResponse:
    frame = get_frame(request, pk)
    return render_page(
        request,
        "review.html",
        frame,
        tab="review",
        status=refusal.status if refusal else 200,
        since=changes_since_return(frame),
        refusal=refusal,
        reason=_typed_reason(request, "reason"),
        unanswered=[gap.code for gap in frame.missing if gap.lack is GapKind.UNANSWERED],
        noted=hints_before_sending(frame, request.actor),
    )


Act = Callable[[Request, Assessment], Any]
Origin = Callable[[Request, int, Refused | None], HttpResponse]
ADDRESS: dict[Origin, str] = {
    render_overview: "selfassessment:overview",
    _check: "selfassessment:check",
    _review: "selfassessment:review",
}


def step_view(act: Act, done: str | Promise, origin: Origin, target: str = "selfassessment:overview") -> View:
    """A view that takes one step; a refusal shows the page it came from, with what was typed."""

    @post_only(ADDRESS[origin], "pk")
    @require_sign_in
    def view(request: Request, pk: int) -> HttpResponse:
        assessment = get_assessment(request, pk)
        try:
            act(request, assessment)
        except Refused as refusal:
            return origin(request, pk, refusal)
        messages.success(request, str(done))
        return redirect(target, pk)

    return view


def _reason(request: Request) -> str:
    return request.POST.get("reason", "")


post_start_assessment = step_view(
    lambda request, assessment: submission.start_assessment(assessment, actor=request.actor),
    gettext_lazy("The self-assessment is open. Everybody in the team can fill in now."),
    render_overview,
    "selfassessment:workspace",
)
post_request_review = step_view(
    lambda request, assessment: submission.request_review(assessment, actor=request.actor),
    gettext_lazy("The self-assessment was sent to the secretary."),
    _check,
)
post_return_to_team = step_view(
    lambda request, assessment: submission.return_to_team(
        assessment, reason=_reason(request), actor=request.actor
    ),
    gettext_lazy("The self-assessment went back to the team with your reason."),
    _review,
)
post_approve_review = step_view(
    lambda request, assessment: submission.approve_review(assessment, actor=request.actor),
    gettext_lazy("You approved the self-assessment. It can be submitted now."),
    _review,
    "selfassessment:review",
)
post_submit_assessment = step_view(
    lambda request, assessment: submission.submit_assessment(
        assessment, accept_unanswered="accept_unanswered" in request.POST, actor=request.actor
    ),
    gettext_lazy("The self-assessment was submitted to the supervisor."),
    _review,
)
post_answer_clarification = step_view(
    lambda request, assessment: submission.answer_clarification(assessment, actor=request.actor),
    gettext_lazy("The repairs were sent to the verifier."),
    render_overview,
)
