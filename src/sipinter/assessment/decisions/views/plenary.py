"""The plenary: its list, one case with the decision, publication, objection and correction."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.record.forms.common import add_refusal, call_service
from sipinter.assessment.record.models import Assessment, Decision, State
from sipinter.assessment.record.queries.decisions import (
    is_published,
    pending_publication,
    publication_request,
)
from sipinter.assessment.record.queries.history import history_entries
from sipinter.assessment.record.workflow import BY_ACTION, step_obstacle
from sipinter.assessment.verification.forms.desk import STEP_FORMS, ReturnReasonForm
from sipinter.assessment.verification.forms.survey import SurveyForm
from sipinter.assessment.verification.queries.desk import Desk, workflow_events
from sipinter.assessment.verification.views.base import desk_context, get_submitted_assessment, read_verdicts
from sipinter.assessment.verification.views.overview import may_enter_survey
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied, NotNow, Refused
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.access.roles import OVERSIGHT_ROLES
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.accounts.reauthentication import require_reauthentication
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.objections import PanelForm
from ..forms.plenary import CorrectionForm, DecisionForm, LevelChangesForm
from ..papers import missing_document_kinds
from ..queries import plenary
from ..services.decisions import (
    correct_decision,
    decide,
    next_decision_number,
    publish_decision,
    return_from_plenary,
)
from ..services.objections import reject_objection
from ..services.publication import confirm_publication, request_publication
from ..services.signing import signing_obstacle

ROWS_A_PAGE = 50
TYPED = ("remark", "reason", "condition-")  # names of the fields that hold a person's own words
FORMS: dict[str, type[LevelChangesForm]] = {"decide": DecisionForm, "correct": CorrectionForm}
Act = Callable[[Assessment, dict[str, Any], Actor], Any]
STEPS: dict[str, Act] = {
    "publish": lambda a, _given, actor: _release(a, actor),
    "return_from_plenary": lambda a, given, actor: return_from_plenary(
        a, reason=given["reason"], actor=actor
    ),
    "reject_objection": lambda a, given, actor: reject_objection(a, reason=given["reason"], actor=actor),
}
STEP_MESSAGES: dict[str, Promise] = {
    "publish": lazy("The result was published. It stands in the register now."),
    "return_from_plenary": lazy("The assessment went back to final verification with your reason."),
    "reject_objection": lazy("The objection was rejected. The decision holds."),
}


def _release(assessment: Assessment, actor: Actor) -> Any:
    """Publish; where that takes two, ask for it, or confirm what somebody else has asked for."""
    if not settings.PUBLICATION_BY_TWO:
        return publish_decision(assessment, actor=actor)
    if pending_publication(assessment) is None:
        return request_publication(assessment, actor=actor)
    return confirm_publication(assessment, actor=actor)


@require_safe
@require_sign_in
def plenary_page(request: Request) -> HttpResponse:
    """What is to be decided, and what was: claimed and verified score side by side."""
    actor = request.actor
    if not (actor.is_system or actor.has(*OVERSIGHT_ROLES)):
        raise Denied(_("The plenary's list is for the people of the supervising body."))
    state = request.GET.get("state", "")
    state = state if state in plenary.TABS else State.PLENARY.value
    q = request.GET.get("q", "").strip()[:100]
    page = Paginator(plenary.plenary_assessments(actor, state, q), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "state": state,
        "q": q,
        "tabs": [(State(code).label, code, number) for code, number in plenary.plenary_counts(actor).items()],
        "page": page,
        "rows": plenary.plenary_rows(list(page.object_list)),
    }
    return render(request, "decisions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
@require_reauthentication(lambda request: "confirm" in request.POST)
def plenary_case_page(request: Request, pk: int) -> HttpResponse:
    """One case. A POST is a decision or correction: first shown to be checked, then made."""
    assessment = get_submitted_assessment(request, pk)
    if request.method != "POST":
        typed = take_saved_input(request)
        return _case(request, assessment, typed=typed.dict() if typed else {})
    action = request.POST.get("act", "")
    if action not in FORMS:
        raise Http404
    return _decide(request, assessment, action)


def _decide(request: Request, assessment: Assessment, action: str) -> HttpResponse:
    case = _Case(request, assessment)
    replaced = request.POST.get("replaces", "")
    if assessment.state not in BY_ACTION[action].sources or (replaced and not case.holds(replaced)):
        return _too_late(request, case)
    require(case.actor, f"assessment.{action}", assessment)
    form = case.form(action, request.POST)
    if not form.is_valid():
        return _case(request, assessment, form=form, status=422)
    if "change" in request.POST:
        return _case(request, assessment, form=form)
    if "confirm" not in request.POST:
        return _check(request, case, action, form)
    try:
        decision = _make(request, assessment, action, form)
    except Refused as refused:
        add_refusal(form, refused)
        return _case(
            request, get_submitted_assessment(request, assessment.pk), form=form, status=refused.status
        )
    messages.success(request, _("Decision %(number)s has been made.") % {"number": decision.number})
    return redirect("decisions:plenary_item", assessment.pk)


def _make(request: Request, assessment: Assessment, action: str, form: LevelChangesForm) -> Decision:
    given, actor = form.cleaned_data, request.actor
    if action == "decide":
        return decide(
            assessment,
            decided_on=given["decided_on"],
            number=given["number"],
            changes=form.changes(),
            remark=given["remark"],
            actor=actor,
            conditions=form.conditions() if isinstance(form, DecisionForm) else [],
        )
    return correct_decision(
        assessment,
        decided_on=given["decided_on"],
        number=given["number"],
        changes=form.changes(),
        reason=given["reason"],
        replaces=request.POST.get("replaces", ""),
        actor=actor,
    )


class _Case:
    """One assessment before the plenary, with what its page shows."""

    def __init__(self, request: Request, assessment: Assessment) -> None:
        self.view: Desk = read_verdicts(request, assessment)
        self.actor = request.actor
        self.decisions = plenary.assessment_decisions(assessment)
        self.holding = self.decisions[0] if self.decisions else None

    @property
    def base(self) -> dict[str, int | None]:
        """The levels that a change departs from: the holding decision's, else the verified ones."""
        if self.holding is not None:
            levels: dict[str, int | None] = self.holding.snapshot.levels
            return levels
        return {line.code: line.verified for line in self.view.lines}

    def holds(self, number: str) -> bool:
        """Whether the decision of that number is the one that holds."""
        return self.holding is not None and self.holding.number == number

    @property
    def action(self) -> str:
        """The decision that this person may make now: "decide", "correct" or none."""
        state, assessment = self.view.assessment.state, self.view.assessment
        open_ = (name for name in FORMS if state in BY_ACTION[name].sources)
        return next((name for name in open_ if may(self.actor, f"assessment.{name}", assessment)), "")

    def form(self, action: str, data: Any = None, **options: Any) -> LevelChangesForm:
        levels = range(self.view.instrument.min_level, self.view.instrument.max_level + 1)
        return FORMS[action](data, lines=self.view.lines, base=self.base, levels=levels, **options)


def _too_late(request: Request, case: _Case) -> HttpResponse:
    """The form came a second time, or somebody else was quicker."""
    number = case.holding.number if case.holding else ""
    done = _("This was decided already: %(number)s. Nothing was done twice.") % {"number": number}
    elsewhere = _("The assessment stands at “%(state)s” now. Nothing was changed.") % {
        "state": State(case.view.assessment.state).label
    }
    refused = NotNow(done if number else elsewhere)
    return _case(request, case.view.assessment, refusal=refused, lost=_own_words(request.POST), status=409)


def _check(request: Request, case: _Case, action: str, form: LevelChangesForm) -> HttpResponse:
    """What the decision would be, to be read before it is made."""
    changes = form.changes()
    context = {
        **desk_context(case.view),
        "action": action,
        "form": form,
        "changes": [(line, changes[line.code]) for line in case.view.lines if line.code in changes],
        "base": case.base,
        "card": plenary.preview_scorecard(
            case.view, case.base, {code: c.level for code, c in changes.items()}
        ),
        "number": form.cleaned_data["number"].strip()
        or next_decision_number(form.cleaned_data["decided_on"].year),
        "asked": form.conditions() if isinstance(form, DecisionForm) else [],
        "replaces": request.POST.get("replaces", ""),
        "holding": case.holding,
    }
    return render(request, "decisions/check.html", context)


def _case(
    request: Request,
    assessment: Assessment,
    *,
    form: LevelChangesForm | None = None,
    faulty: tuple[str, forms.Form] | None = None,
    typed: dict[str, Any] | None = None,
    refusal: Refused | None = None,
    lost: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one case, with the form as typed where one was refused."""
    case, typed = _Case(request, assessment), typed or {}
    action = case.action
    if form is None and action:
        form = case.form(action, initial={k: v for k, v in typed.items() if v})
    context = {
        **desk_context(case.view),
        "case": case,
        "action": action,
        "form": form if action else None,
        "blocked": step_obstacle(assessment, action) if action else "",
        "lost": lost or ([] if form is None or action else _own_words(form.data)),
        "refusal": refusal,
        "restored": bool(typed),
        "steps": _steps(case, faulty, typed),
        "faulty_form": faulty[1] if faulty else None,
        "suggested": next_decision_number(timezone.localdate().year),
        "published": assessment.state in (State.PUBLISHED, State.OBJECTION),
        "claimed_category": plenary.category_by_code(assessment, assessment.claimed_category),
        "verified_category": plenary.category_by_code(assessment, assessment.verified_category),
        "category_of": lambda code: plenary.category_by_code(assessment, code),
        "lacking": missing_document_kinds,
        "asked": publication_request(assessment) if settings.PUBLICATION_BY_TWO else None,
        "by_two": settings.PUBLICATION_BY_TWO,
        "may_sign": bool(may(case.actor, "papers.sign", assessment))
        and not signing_obstacle(assessment, case.holding),
        "signed_by_service": bool(settings.SIGNING_REMOTE_URL),
        "survey_form": SurveyForm.of(assessment, typed),
        "may_survey": may_enter_survey(case.actor, case.view),
        "trail": history_entries(case.view.frame(case.actor), workflow_events(case.view)),
        "conditions": list(case.holding.conditions.select_related("met_by")) if case.holding else [],
        "may_follow": bool(may(case.actor, "condition.follow", assessment)),
        **_hearing(case),
    }
    return render(request, "decisions/item.html", context, status=status)


def _hearing(case: _Case) -> dict[str, Any]:
    """The last objection with its documents and panel, and the form that names the panel."""
    objection = case.view.assessment.objections.select_related("decision").first()
    if objection is None:
        return {"objection": None}
    objection.assessment = case.view.assessment
    named = bool(may(case.actor, "objection.panel", objection))
    return {
        "objection": objection,
        "documents": list(objection.evidence.select_related("blob").order_by("uploaded_at", "pk")),
        "panel": list(objection.members.all()),
        "panel_form": PanelForm(objection=objection) if named else None,
    }


def _own_words(data: Mapping[str, Any]) -> list[str]:
    """The texts that a person typed, to be shown again where the form itself is no longer there."""
    return [str(text) for name, text in data.items() if name.startswith(TYPED) and str(text).strip()]


def _steps(
    case: _Case, faulty: tuple[str, forms.Form] | None, typed: dict[str, Any]
) -> list[tuple[str, Any, forms.Form, str]]:
    """(action, title, form, why it cannot be taken) of the plenary's other steps that are this person's."""
    assessment, found = case.view.assessment, []
    for action in STEPS:
        open_ = assessment.state in BY_ACTION[action].sources
        if not open_ or not may(case.actor, f"assessment.{action}", assessment):
            continue
        kind = STEP_FORMS.get(action, forms.Form)
        initial = {"reason": typed.get("reason", "")} if kind is ReturnReasonForm else {}
        form = faulty[1] if faulty and faulty[0] == action else kind(initial=initial, auto_id=f"{action}_%s")
        found.append((action, BY_ACTION[action].title, form, step_obstacle(assessment, action)))
    if settings.PUBLICATION_BY_TWO and may(case.actor, "assessment.publish", assessment):
        found = [step for step in found if step[0] != "publish"] + _release_steps(case)
    return found


def _release_steps(case: _Case) -> list[tuple[str, Any, forms.Form, str]]:
    """The one step towards publication that is next where it takes two, or none."""
    assessment, asked = case.view.assessment, publication_request(case.view.assessment)
    if asked is None:
        is_open = assessment.state == State.DECIDED
        return [("publish", _("Ask for publication"), forms.Form(), "")] if is_open else []
    if asked.confirmed_at is None:
        allowed = may(case.actor, "publication.confirm", assessment)
        return [("publish", _("Confirm the publication"), forms.Form(), "" if allowed else allowed.reason)]
    if is_published(asked.decision):
        return []
    reason = _("%(name)s has confirmed it; the papers are being signed.") % {"name": asked.confirmed_by_name}
    return [("publish", _("Confirm the publication"), forms.Form(), reason)]


@post_only("decisions:plenary_item", "pk")
@require_sign_in
@require_reauthentication()
def post_plenary_step(request: Request, pk: int, action: str) -> HttpResponse:
    """Publish, return to final verification, or reject an objection."""
    if action not in STEPS:
        raise Http404
    assessment = get_submitted_assessment(request, pk)
    form = STEP_FORMS.get(action, forms.Form)(request.POST, auto_id=f"{action}_%s")
    refused = call_service(form, lambda given: STEPS[action](assessment, given, request.actor))
    if refused:
        return _case(request, get_submitted_assessment(request, pk), faulty=(action, form), status=refused)
    said = _release_message(assessment) if action == "publish" else ""
    messages.success(request, said or str(STEP_MESSAGES[action]))
    return redirect("decisions:plenary_item", pk)


def _release_message(assessment: Assessment) -> str:
    """What was done where publication takes two; empty where it does not."""
    if not settings.PUBLICATION_BY_TWO:
        return ""
    if pending_publication(assessment) is not None:
        return _("A second person has been asked to confirm the publication.")
    return _("The publication is confirmed. The papers are being signed, then the result is published.")
