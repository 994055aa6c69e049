"""The agency's steps, one small view each, and the pages that they are taken from."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from sipinter.assessment.record.completeness import Lack
from sipinter.assessment.record.models import Assessment, State
from sipinter.assessment.record.queries.frame import Frame
from sipinter.assessment.record.queries.overview import outcome
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.accounts.sign_in_required import sign_in_required, take_stash
from sipinter.foundation.web.posting import posts
from sipinter.foundation.web.request import Request

from ..earlier_years import candidates
from ..queries.hints import hints_before_sending
from ..queries.review import since_return
from ..services import submission
from .pages import framed, opened, page

View = Callable[..., HttpResponse]


@require_GET
@sign_in_required
def overview(request: Request, pk: int) -> HttpResponse:
    """State, what to do next, aspects, and the decision once there is one."""
    return render_overview(request, pk)


@require_GET
@sign_in_required
def check(request: Request, pk: int) -> HttpResponse:
    """What is missing, with links, and every answer once more before it is sent."""
    return _check(request, pk)


@require_GET
@sign_in_required
def review(request: Request, pk: int) -> HttpResponse:
    """The secretary's page: one number, the aspects, what changed since the last return."""
    return _review(request, pk)


def _typed(request: Request, name: str) -> str:
    """A reason as posted, or as typed before a sign-in ran out."""
    if request.method == "POST":
        return request.POST.get(name, "")
    kept = take_stash(request)
    return kept.get(name, "") if kept else ""


def render_overview(request: Request, pk: int, refusal: Refused | None = None) -> HttpResponse:
    frame = framed(request, pk)
    unrepaired = submission.unrepaired(frame.assessment) if frame.asked else []
    return page(
        request,
        "overview.html",
        frame,
        tab="overview",
        status=refusal.status if refusal else 200,
        outcome=outcome(frame.assessment),
        unrepaired=unrepaired,
        refusal=refusal,
        reason=_typed(request, "reason"),
        earlier=_earlier(frame),
    )


def _earlier(frame: Frame) -> Assessment | None:
    """What the person may start from while filling in: the latest earlier assessment, if there is one."""
    filling = frame.assessment.state == State.FILLING and frame.workable
    return next(iter(candidates(frame.assessment)), None) if filling else None


def _check(request: Request, pk: int, refusal: Refused | None = None) -> HttpResponse:
    frame = framed(request, pk)
    lacks = {lack.value: [gap.code for gap in frame.missing if gap.lack is lack] for lack in Lack}
    return page(
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
    frame = framed(request, pk)
    return page(
        request,
        "review.html",
        frame,
        tab="review",
        status=refusal.status if refusal else 200,
        since=since_return(frame),
        refusal=refusal,
        reason=_typed(request, "reason"),
        unanswered=[gap.code for gap in frame.missing if gap.lack is Lack.UNANSWERED],
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

    @posts(ADDRESS[origin], "pk")
    @sign_in_required
    def view(request: Request, pk: int) -> HttpResponse:
        assessment = opened(request, pk)
        try:
            act(request, assessment)
        except Refused as refusal:
            return origin(request, pk, refusal)
        messages.success(request, str(done))
        return redirect(target, pk)

    return view


def _reason(request: Request) -> str:
    return request.POST.get("reason", "")


start = step_view(
    lambda request, assessment: submission.start(assessment, actor=request.actor),
    gettext_lazy("The self-assessment is open. Everybody in the team can fill in now."),
    render_overview,
    "selfassessment:workspace",
)
request_review = step_view(
    lambda request, assessment: submission.request_review(assessment, actor=request.actor),
    gettext_lazy("The self-assessment was sent to the secretary."),
    _check,
)
return_to_team = step_view(
    lambda request, assessment: submission.return_to_team(
        assessment, reason=_reason(request), actor=request.actor
    ),
    gettext_lazy("The self-assessment went back to the team with your reason."),
    _review,
)
approve_review = step_view(
    lambda request, assessment: submission.approve_review(assessment, actor=request.actor),
    gettext_lazy("You approved the self-assessment. It can be submitted now."),
    _review,
    "selfassessment:review",
)
submit = step_view(
    lambda request, assessment: submission.submit(
        assessment, accept_unanswered="accept_unanswered" in request.POST, actor=request.actor
    ),
    gettext_lazy("The self-assessment was submitted to the supervisor."),
    _review,
)
answer_clarification = step_view(
    lambda request, assessment: submission.answer_clarification(assessment, actor=request.actor),
    gettext_lazy("The repairs were sent to the verifier."),
    render_overview,
)
