"""The one page from which a person answers what is asked of them."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sipinter.assessment.record.models import Assessment, Assignment
from sipinter.assessment.record.queries.frame import Frame, frame_of
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.accounts.sign_in_required import sign_in_required, take_stash
from sipinter.foundation.evidence.receiving.media import ACCEPT
from sipinter.foundation.web.limits import within
from sipinter.foundation.web.request import Request

from ..forms.teamwork import part_of
from ..forms.workspace import Typed, whole
from ..queries.own_tasks import Kept, fingerprint, tasks
from ..services.answers import attach_link, detach, save_answer
from ..services.assignments import tasks_page
from ..services.comments import comment
from .answers import take_file
from .pages import opened, page


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_required
def own_tasks(request: Request, pk: int) -> HttpResponse:
    """What is asked of the person; posting saves whatever was typed, indicator by indicator."""
    assessment = opened(request, pk)
    if request.method == "POST":
        return _save(request, assessment)
    kept = take_stash(request)
    frame = frame_of(assessment, request.actor)
    return _page(request, frame, _restored(frame, kept) if kept else {})


def _page(request: Request, frame: Frame, kept: dict[str, Kept]) -> HttpResponse:
    refusals = [entry.refusal for entry in kept.values() if entry.refusal]
    return page(
        request,
        "teamwork/tasks.html",
        frame,
        tab="tasks",
        status=refusals[0].status if refusals else 200,
        tasks=tasks(frame, kept),
        kept=kept,
        refused=bool(refusals),
        accept=ACCEPT,
        limit_mb=settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
    )


def _restored(frame: Frame, typed: QueryDict) -> dict[str, Kept]:
    """What was typed before a sign-in ran out, where it differs from what the page had shown."""
    parts = {code: part_of(typed, code) for code in frame.answers}
    return {
        code: Kept(Typed.of(part), None, part.get("comment", ""), part.get("link", ""))
        for code, part in parts.items()
        if _is_touched(part) or part.get("comment", "").strip() or part.get("link", "").strip()
    }


def _save(request: Request, assessment: Assessment) -> HttpResponse:
    """Save every indicator that was touched; what is refused stands in the page again, the rest is saved."""
    actor = request.actor
    asked = Assignment.objects.of(actor).filter(assessment=assessment).values_list("code", flat=True)
    saved: list[str] = []
    kept: dict[str, Kept] = {}
    for code in dict.fromkeys(asked):
        part = part_of(request.POST, code)
        try:
            if _save_one(request, assessment, code, part):
                saved.append(code)
        except Refused as refusal:
            kept[code] = Kept(Typed.of(part), refusal, part.get("comment", ""), part.get("link", ""))
    if saved:
        messages.success(request, _("Saved: %(codes)s.") % {"codes": ", ".join(saved)})
    if kept:
        return _page(request, frame_of(opened(request, assessment.pk), actor), kept)
    pressed = request.POST.get("do", "")
    anchor = f"#tugas-{pressed.replace('.', '-')}" if pressed in asked else ""
    return redirect(f"{tasks_page(assessment)}{anchor}")


def _save_one(request: Request, assessment: Assessment, code: str, part: QueryDict) -> bool:
    """Save what was sent for one indicator; whether there was anything. The answer comes first."""
    actor, done = request.actor, False
    typed = Typed.of(part)
    if typed is not None and _is_touched(part):
        save_answer(assessment, code, ticks=typed.ticks, note=typed.note, version=typed.version, actor=actor)
        done = True
    for file in request.FILES.getlist(f"files-{code}"):
        if not within(request, "upload"):
            messages.error(request, _("Too many files in one minute. Wait a minute, then send the rest."))
            break
        take_file(request, assessment, code, file)
        done = True
    if link := part.get("link", "").strip():
        attach_link(assessment, code, link, actor=actor)
        done = True
    if (given := whole(part.get("detach", ""))) >= 0:
        detach(assessment, code, given, actor=actor)
        done = True
    if body := part.get("comment", "").strip():
        comment(assessment.answers.get(code=code), body, actor=actor)
        done = True
    return done


def _is_touched(part: QueryDict) -> bool:
    """Whether somebody typed something else than what stood in the form, or insists on it."""
    typed: Any = Typed.of(part)
    if typed is None:
        return False
    return "override" in part or fingerprint(typed.ticks, typed.note) != part.get("seen", "")
