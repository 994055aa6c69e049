"""An assessment's overview at the desk, and the steps from one state to the next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from sipinter.assessment.record.forms.common import call_service
from sipinter.assessment.record.guards import explain_closed_survey
from sipinter.assessment.record.models import PUBLIC, Assessment, Snapshot
from sipinter.assessment.record.queries.history import history_entries
from sipinter.assessment.record.services.survey import record_survey
from sipinter.assessment.record.workflow import BY_ACTION, step_obstacle
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.desk import STEP_FORMS
from ..forms.second_readings import AssignReadingsForm, HandOverForm
from ..forms.survey import SurveyForm
from ..queries.desk import Desk, get_desk, stage_snapshots, workflow_events
from ..queries.second_readings import reading_differences
from ..services.reassignment import handover_candidates
from ..services.second_readings import second_readers
from ..services.verdicts import (
    claim_assessment,
    finish_verification,
    resume_verification,
    return_for_clarification,
    return_to_verifier,
    sign_off,
)
from .base import desk_context, get_submitted_assessment, read_desk

APART = ("survey", "hand_over", "assign")  # forms that stand apart from the steps
Act = Callable[[Assessment, dict[str, Any], Actor], Any]
STEPS: dict[str, Act] = {
    "claim": lambda a, _given, actor: claim_assessment(a, actor=actor),
    "return_for_clarification": lambda a, given, actor: return_for_clarification(
        a, due=given["due"], actor=actor
    ),
    "resume_verification": lambda a, _given, actor: resume_verification(a, actor=actor),
    "finish_verification": lambda a, _given, actor: finish_verification(a, actor=actor),
    "sign_off": lambda a, _given, actor: sign_off(a, actor=actor),
    "return_to_verifier": lambda a, given, actor: return_to_verifier(a, reason=given["reason"], actor=actor),
}
STEP_MESSAGES: dict[str, Promise] = {
    "claim": lazy("You took up this assessment. The first indicator is open."),
    "return_for_clarification": lazy("The assessment went back to the agency with your questions."),
    "resume_verification": lazy("Verification goes on without an answer."),
    "finish_verification": lazy("Verification is finished. The coordinator reads it now."),
    "sign_off": lazy("The assessment was signed off. It waits for the plenary."),
    "return_to_verifier": lazy("The assessment went back to the verifier with your reason."),
}


@dataclass(frozen=True)
class DeskStep:
    """One step that leads on from the present state. `blocked` says why it cannot be taken now."""

    action: str
    title: str | Promise
    form: forms.Form
    blocked: str
    is_main: bool = False


def steps_for_actor(
    view: Desk, actor: Actor, typed: dict[str, Any], faulty: tuple[str, forms.Form] | None
) -> list[DeskStep]:
    """The desk's steps from here that are this person's by role, with what stands in their way.

    The first that can be taken is the main one, once nothing is left to judge.
    """
    assessment, found = view.assessment, []
    for action in STEPS:
        transition = BY_ACTION[action]
        if assessment.state not in transition.sources or not actor.has(*transition.who):
            continue
        refusal = may(actor, f"assessment.{action}", assessment).reason
        form = faulty[1] if faulty and faulty[0] == action else _empty(action, view, typed)
        found.append(DeskStep(action, transition.title, form, refusal or step_obstacle(assessment, action)))
    main = (
        "" if view.left and assessment.verifier_id else next((s.action for s in found if not s.blocked), "")
    )
    return [replace(step, is_main=step.action == main) for step in found]


def _empty(action: str, view: Desk, typed: dict[str, Any]) -> forms.Form:
    kind = STEP_FORMS.get(action, forms.Form)
    return kind(initial={"due": view.assessment.cycle.repair_closes, **typed}, auto_id=f"{action}_%s")


@require_safe
@require_sign_in
def desk_overview_page(request: Request, pk: int) -> HttpResponse:
    """Claimed beside verified by aspect, what is left, the steps from here, and what has happened."""
    assessment = get_submitted_assessment(request, pk)
    typed = take_saved_input(request)
    return render_desk_overview(request, assessment, typed=typed.dict() if typed else {})


def render_desk_overview(
    request: Request,
    assessment: Assessment,
    *,
    typed: dict[str, Any] | None = None,
    faulty: tuple[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The overview page; `faulty` is the step that was refused, with its form."""
    actor, view, typed = request.actor, read_desk(request, assessment), typed or {}
    possible, kept = steps_for_actor(view, actor, typed, faulty), stage_snapshots(view)
    shown = faulty is None or faulty[0] in {step.action for step in possible} | set(APART)
    survey = faulty[1] if faulty and faulty[0] == "survey" else SurveyForm.of(assessment, typed)
    context = {
        **desk_context(view),
        "steps": possible,
        "faulty_form": faulty[1] if faulty else None,
        "lost": [] if shown or faulty is None else [v for v in [faulty[1].data.get("reason", "")] if v],
        "restored": bool(typed),
        "trail": history_entries(view.frame(actor), workflow_events(view)),
        "snapshots": kept,
        "survey_form": survey,
        "may_survey": may_enter_survey(actor, view),
        "next_left": view.next_left(),
        **_fairness(assessment, view, actor, kept, faulty),
        "may_judge_any": bool(view.lines) and bool(may(actor, "assessment.judge", view.lines[0].answer)),
    }
    return render(request, "verification/overview.html", context, status=status)


def _fairness(
    assessment: Assessment,
    view: Desk,
    actor: Actor,
    kept: list[Snapshot],
    faulty: tuple[str, forms.Form] | None,
) -> dict[str, Any]:
    """Handing over, the two readings side by side, and the second readings that were drawn."""
    name, form = faulty or ("", None)
    context: dict[str, Any] = {
        "differences": None if view.hidden else reading_differences(view, kept),
        "hand_over": None,
        "assign": None,
        "left_out": [],
    }
    if may(actor, "assessment.hand_over", assessment):
        initial = {"holder": assessment.verifier_id}
        given = form if name == "hand_over" else None
        context["hand_over"] = given or HandOverForm(initial=initial, people=handover_candidates(assessment))
    if may(actor, "second_reading.assign", assessment):
        drawn = list(assessment.second_readings.select_related("reader").order_by("pk"))
        context |= {"drawn": drawn, "unread": [row for row in drawn if row.at is None]}
        if context["unread"] and assessment.state not in PUBLIC:
            readers = second_readers(assessment)
            context["left_out"] = readers.left_out
            context["assign"] = form if name == "assign" else AssignReadingsForm(people=readers.free)
    return context


def may_enter_survey(actor: Actor, view: Desk) -> bool:
    """Only where the instrument has a survey, and until the decision."""
    may_record = may(actor, "assessment.record_survey", view.assessment)
    return bool(may_record) and not explain_closed_survey(view.assessment)


@post_only("verification:overview", "pk")
@require_sign_in
def post_desk_step(request: Request, pk: int, action: str) -> HttpResponse:
    """Take one step; when it is refused the overview says why and keeps what was typed."""
    if action not in STEPS:
        raise Http404
    assessment = get_submitted_assessment(request, pk)
    form = STEP_FORMS.get(action, forms.Form)(request.POST, auto_id=f"{action}_%s")
    refused = call_service(form, lambda given: STEPS[action](assessment, given, request.actor))
    if refused:
        return render_desk_overview(
            request, get_submitted_assessment(request, pk), faulty=(action, form), status=refused
        )
    return _done(request, pk, action)


def _done(request: Request, pk: int, action: str) -> HttpResponse:
    messages.success(request, str(STEP_MESSAGES[action]))
    if action == "claim":
        first = get_desk(get_submitted_assessment(request, pk), request.actor).next_left()
        if first is not None:
            return redirect("verification:indicator", pk, first.code)
    return redirect("verification:overview", pk)


def _page_of_form(request: Request) -> str:
    """Name of the page that the survey's form stood on: the plenary's, else the desk's."""
    return "decisions:plenary_item" if "plenary" in request.POST else "verification:overview"


@post_only("verification:overview", "pk")
@require_sign_in
def post_record_survey(request: Request, pk: int) -> HttpResponse:
    """Enter the result of the employee survey."""
    assessment = get_submitted_assessment(request, pk)
    actor, form = request.actor, SurveyForm(request.POST)
    refused = call_service(
        form, lambda given: record_survey(assessment, given["value"], source=given["source"], actor=actor)
    )
    if refused:
        return render_desk_overview(
            request, get_submitted_assessment(request, pk), faulty=("survey", form), status=refused
        )
    messages.success(request, _("The survey's result was recorded."))
    return redirect(_page_of_form(request), pk)
