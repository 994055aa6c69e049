"""The one page from which a person answers what is asked of them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sipinter.assessment.record.models import Assessment, Assignment
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, load_frame
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.evidence.receiving.media import ACCEPT
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.request import Request

from ..forms.teamwork import indicator_fields
from ..queries.assigned_tasks import UnsavedAnswer, answer_fingerprint, assigned_tasks
from ..queries.typed_answer import TypedAnswer
from ..services.answers import attach_link, detach_evidence, save_answer
from ..services.assignments import assigned_tasks_path
from ..services.comments import add_comment
from .attachments import attach_posted_files
from .base import get_assessment, render_page


@require_http_methods(["GET", "HEAD", "POST"])
@require_sign_in
def own_tasks_page(request: Request, pk: int) -> HttpResponse:
    """What is asked of the person; posting saves whatever was typed, indicator by indicator."""
    assessment = get_assessment(request, pk)
    if request.method == "POST":
        return _save(request, assessment)
    kept = take_saved_input(request)
    frame = load_frame(assessment, request.actor)
    return _page(request, frame, _restored(frame, kept) if kept else {})


def _page(request: Request, frame: AssessmentFrame, kept: dict[str, UnsavedAnswer]) -> HttpResponse:
    refusals = [entry.refusal for entry in kept.values() if entry.refusal]
    return render_page(
        request,
        "teamwork/tasks.html",
        frame,
        tab="tasks",
        status=refusals[0].status if refusals else 200,
        tasks=assigned_tasks(frame, kept),
        kept=kept,
        refused=bool(refusals),
        accept=ACCEPT,
        limit_mb=settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
    )


def _restored(frame: AssessmentFrame, typed: QueryDict) -> dict[str, UnsavedAnswer]:
    """What was typed before a sign-in ran out, where it differs from what the page had shown."""
    parts = {code: indicator_fields(typed, code) for code in frame.answers}
    return {
        code: UnsavedAnswer(TypedAnswer.of(part), None, part.get("comment", ""), part.get("link", ""))
        for code, part in parts.items()
        if _is_touched(part) or part.get("comment", "").strip() or part.get("link", "").strip()
    }


def _save(request: Request, assessment: Assessment) -> HttpResponse:
    """Save every indicator that was touched; what is refused stands in the page again, the rest is saved."""
    actor = request.actor
    asked = Assignment.objects.of(actor).filter(assessment=assessment).values_list("code", flat=True)
    saved: list[str] = []
    kept: dict[str, UnsavedAnswer] = {}
    for code in dict.fromkeys(asked):
        part = indicator_fields(request.POST, code)
        try:
            if _save_one(request, assessment, code, part):
                saved.append(code)
        except Refused as refusal:
            kept[code] = UnsavedAnswer(
                TypedAnswer.of(part), refusal, part.get("comment", ""), part.get("link", "")
            )
    if saved:
        messages.success(request, _("Saved: %(codes)s.") % {"codes": ", ".join(saved)})
    if kept:
        return _page(request, load_frame(get_assessment(request, assessment.pk), actor), kept)
    pressed = request.POST.get("do", "")
    anchor = f"#tugas-{pressed.replace('.', '-')}" if pressed in asked else ""
    return redirect(f"{assigned_tasks_path(assessment)}{anchor}")


def _save_one(request: Request, assessment: Assessment, code: str, part: QueryDict) -> bool:
    """Save what was sent for one indicator; whether there was anything. The answer comes first."""
    actor, done = request.actor, False
    typed = TypedAnswer.of(part)
    if typed is not None and _is_touched(part):
        save_answer(assessment, code, ticks=typed.ticks, note=typed.note, version=typed.version, actor=actor)
        done = True
    if attach_posted_files(request, assessment, code, f"files-{code}"):
        done = True
    if link := part.get("link", "").strip():
        attach_link(assessment, code, link, actor=actor)
        done = True
    if (given := parse_small_int(part.get("detach", ""), None)) is not None:
        detach_evidence(assessment, code, given, actor=actor)
        done = True
    if body := part.get("comment", "").strip():
        add_comment(assessment.answers.get(code=code), body, actor=actor)
        done = True
    return done


def _is_touched(part: QueryDict) -> bool:
    """Whether somebody typed something else than what stood in the form, or insists on it."""
    typed: Any = TypedAnswer.of(part)
    if typed is None:
        return False
    return "override" in part or answer_fingerprint(typed.ticks, typed.note) != part.get("seen", "")
