"""The verification desk: the queue, an assessment's overview, and the page of one indicator."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from sipinter.assessment.record.forms.common import add_refusal, call_service
from sipinter.assessment.record.models import Answer, Verdict
from sipinter.assessment.record.panels import indicator_panels
from sipinter.assessment.record.queries.history import history_entries
from sipinter.assessment.record.queries.page_frame import days_until
from sipinter.assessment.record.services.conversation import write_message
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Refused
from sipinter.foundation.access.permissions import may, require
from sipinter.foundation.access.roles import DESK_ROLES, Role
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.queries import EvidencePreview, get_preview
from sipinter.foundation.evidence.services import note_opening
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.request import Request

from ..forms.desk import MessageForm, QueueForm, VerdictForm
from ..queries import queue
from ..queries.desk import (
    Desk,
    DeskLine,
    get_desk,
    get_desk_indicator,
)
from ..queries.passages import CriterionPassages, criterion_passages
from ..queries.second_readings import reasons_for_indicator, waiting_readings_count
from ..services.verdicts import judge_answer
from .base import desk_context, get_desk_line, get_submitted_assessment, read_desk, require_desk_access

ROWS_A_PAGE = 50


@require_safe
@require_sign_in
def desk_queue_page(request: Request) -> HttpResponse:
    """The queue: the person's own turn first."""
    actor = request.actor
    require_desk_access(actor)
    form = QueueForm(request.GET)
    page = Paginator(queue.queued_assessments(actor, form.wanted()), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "parts": queue.queue_parts(page.object_list, actor),
        "sorted": form.wanted().sort,
        "loads": queue.verifier_loads()
        if actor.is_system or actor.has(Role.COORDINATOR, Role.ADMINISTRATOR)
        else [],
        "readings_waiting": waiting_readings_count(actor),
        "may_agreement": bool(may(actor, "agreement.read")),
        "query": f"{kept.urlencode()}&" if kept else "",
        "narrowed": any(kept.values()),
        "days_to": days_until,
    }
    return render(request, "verification/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def desk_indicator_page(request: Request, pk: int, code: str) -> HttpResponse:
    """One indicator: evidence, criteria, claim; a POST is the verdict on it."""
    view = read_desk(request, get_submitted_assessment(request, pk))
    line = get_desk_line(view, code)
    if request.method == "POST":
        return _judge(request, view, line)
    typed = take_saved_input(request)
    form = _form(view, line.answer, typed)
    return _indicator(
        request, view, line, form, restored=typed is not None, body=typed.get("body", "") if typed else ""
    )


def _form(view: Desk, answer: Answer, typed: QueryDict | None = None, **options: Any) -> VerdictForm:
    """The verdict as it stands, or as typed before; always on the version now read."""
    values: dict[str, Any] = {"version": answer.version}
    if typed is not None:
        values |= {name: typed.get(name, "") for name in ("reason", "level", "due")}
    elif answer.verdict != Verdict.REPAIRED:  # the question asked before stands in the conversation
        values |= {"reason": answer.reason, "level": answer.verified_level, "due": answer.repair_due}
    return VerdictForm(initial=values, levels=_levels(view), **options)


def _levels(view: Desk) -> range:
    return range(view.instrument.min_level, view.instrument.max_level + 1)


def _judge(request: Request, view: Desk, line: DeskLine) -> HttpResponse:
    form = VerdictForm(request.POST, levels=_levels(view))
    if not form.is_valid():
        return _indicator(request, view, line, form, status=422)
    given = form.cleaned_data
    try:
        judge_answer(
            line.answer,
            given["verdict"],
            level=given["level"],
            reason=given["reason"],
            due=given["due"],
            version=given["version"],
            actor=request.actor,
        )
    except Refused as refused:
        return _render_refusal(request, view.assessment.pk, line.code, form, refused)
    following = get_desk(view.assessment, request.actor).next_left(after=line.code)
    if following is not None:
        page = reverse("verification:indicator", args=[view.assessment.pk, following.code])
        return redirect(f"{page}?after={line.code}")
    if view.left:
        messages.success(request, _("Every indicator has been judged."))
        return redirect("verification:overview", view.assessment.pk)
    page = reverse("verification:indicator", args=[view.assessment.pk, line.code])
    return redirect(f"{page}?after={line.code}")


def _render_refusal(
    request: Request, pk: int, code: str, form: VerdictForm, refused: Refused
) -> HttpResponse:
    """The page as it stands now, with what was typed and why it was not taken."""
    view = read_desk(request, get_submitted_assessment(request, pk))
    line = get_desk_line(view, code)
    if isinstance(refused, Conflict):
        mine = form.cleaned_data
        again = _form(view, line.answer, request.POST)
        return _indicator(request, view, line, again, conflict=mine, status=refused.status)
    add_refusal(form, refused)
    return _indicator(request, view, line, form, status=refused.status)


def _indicator(
    request: Request, view: Desk, line: DeskLine, form: VerdictForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    actor, answer = request.actor, line.answer
    beside = get_desk_indicator(view, answer)
    before, after = view.neighbours(line.code)
    shown = _shown_evidence(request, beside.evidence)
    may_open = actor.is_system or bool(actor.roles & DESK_ROLES)
    may_show = shown and may(actor, "evidence.open", shown.document.evidence)
    context: dict[str, Any] = {
        **desk_context(view),
        "restored": False,
        "conflict": None,
        "body": "",
        "thread": None,
        "line": line,
        "form": form,
        "beside": beside,
        "shown": shown,
        "preview": _preview(request, shown, actor) if may_show and _is_chosen(request, shown) else None,
        "may_open": may_open,
        "panels": indicator_panels(view.assessment, line.code),
        "passages": _passages(request, line, beside.evidence, actor) if may_open else None,
        "may_show": may_show,
        "trail": history_entries(view.frame(actor), beside.events),
        "before": before,
        "after": after,
        "next_left": view.next_left(after=line.code),
        "came_from": view.line(request.GET.get("after", "")),
        "may_judge": may(actor, "assessment.judge", answer),
        "may_claim": may(actor, "assessment.claim", view.assessment),
        "may_discuss": may(actor, "assessment.discuss", answer),
        "verdicts": Verdict,
        "reasons": reasons_for_indicator(view.assessment, line.code),
        "may_keep": bool(answer.reason and may(actor, "reason.keep")),
        **more,
    }
    return render(request, "verification/indicator.html", context, status=status)


def _is_chosen(request: Request, shown: Any) -> bool:
    """The document was chosen without a script, which would fetch it by itself."""
    return shown is not None and "evidence" in request.GET


def _preview(request: Request, shown: Any, actor: Actor) -> EvidencePreview | None:
    """The document shown within the page, from `?halaman=` on; on record like every opening."""
    evidence: Evidence = shown.document.evidence
    require(actor, "evidence.open", evidence)
    note_opening(evidence, actor=actor, how="preview")
    first = _number(request, "halaman") or 1
    return get_preview(evidence, first_page=first, actor=actor) or get_preview(evidence, actor=actor)


def _number(request: Request, name: str) -> int | None:
    """A small whole number of the address; None for anything else."""
    return parse_small_int(request.GET.get(name, ""), None)


def _passages(
    request: Request, line: DeskLine, evidence: list[Any], actor: Actor
) -> CriterionPassages | None:
    """What in the evidence matches the criterion asked for, else the one claimed."""
    files = [item.document.evidence for item in evidence if not item.document.is_link]
    if not files:
        return None
    asked = _number(request, "kriteria")
    level = line.answer.claimed_level if asked is None else asked
    return criterion_passages(line.indicator, files, actor, level=level, typed=request.GET.get("cari", ""))


def _shown_evidence(request: Request, evidence: list[Any]) -> Any:
    """The evidence opened in the middle: the one asked for, else the first that is a file."""
    wanted = request.GET.get("evidence", "")
    found = [item for item in evidence if str(item.document.id) == wanted]
    files = [item for item in evidence if not item.document.is_link]
    return next(iter(found or files), None)


@post_only("verification:indicator", "pk", "code")
@require_sign_in
def post_discuss_indicator(request: Request, pk: int, code: str) -> HttpResponse:
    """A message in the indicator's thread."""
    view = read_desk(request, get_submitted_assessment(request, pk))
    line = get_desk_line(view, code)
    form = MessageForm(request.POST)
    status = call_service(form, lambda given: write_message(line.answer, given["body"], actor=request.actor))
    if not status:
        return redirect(f"{reverse('verification:indicator', args=[pk, code])}#thread")
    verdict = _form(view, line.answer)
    return _indicator(
        request, view, line, verdict, status=status, thread=form, body=request.POST.get("body", "")
    )
