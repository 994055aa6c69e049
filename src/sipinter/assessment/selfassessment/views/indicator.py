"""The page of one indicator, and saving the answer that its one form sends with everything else."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sipinter.assessment.record.models import Answer, Assessment
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, load_frame
from sipinter.assessment.record.scores import FreshScores
from sipinter.assessment.record.services.conversation import write_message
from sipinter.foundation.access.errors import Refused
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.evidence.receiving.media import ACCEPT
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.request import Request

from ..forms.workspace import merge_typed_answer
from ..queries.answer_merge import AnswerMerge, propose_merge
from ..queries.presence import other_editors
from ..queries.typed_answer import TypedAnswer
from ..queries.workspace import answer_standing, get_answer_page, next_indicator, previous_indicator
from ..services.answers import SavedAnswer, save_answer
from ..services.assignments import assigned_tasks_path
from .attachments import attach_posted_files, attach_posted_link, detach_posted_evidence
from .base import get_assessment, get_assessment_key, get_frame, render_page, require_indicator


@require_GET
@require_sign_in
def indicator_page(request: Request, pk: int, code: str) -> HttpResponse:
    """The page of one indicator, with what was typed before a sign-in ran out."""
    assessment = get_assessment(request, pk)
    if request.actor.is_confined_in(assessment.agency_id):
        return redirect(assigned_tasks_path(assessment))
    frame = load_frame(assessment, request.actor)
    require_indicator(frame, code)
    # A page that showed a refusal stands at the address that the form was sent to.
    kept = take_saved_input(request) or take_saved_input(
        request, reverse("selfassessment:save", args=[pk, code])
    )
    if kept is None:
        return render_indicator(request, frame, code)
    return render_indicator(
        request,
        frame,
        code,
        TypedAnswer.of(kept),
        restored=True,
        message=kept.get("body", ""),
        link=kept.get("link", ""),
    )


def render_indicator(
    request: Request,
    frame: AssessmentFrame,
    code: str,
    typed: TypedAnswer | None = None,
    *,
    refusal: Refused | None = None,
    restored: bool = False,
    message: str = "",
    link: str = "",
) -> HttpResponse:
    """Render the page; `typed`, `message` and `link` stand in the form though they are not saved."""
    return render_page(
        request,
        "answer.html",
        frame,
        tab="answers",
        status=refusal.status if refusal else 200,
        view=get_answer_page(frame, code, request.actor, typed),
        refusal=refusal,
        merge=_merge(refusal, typed),
        typed=typed,
        code=code,
        restored=restored,
        message=message,
        link=link,
        present=other_editors(frame.answers[code], request.actor),
        accept=ACCEPT,
        limit_mb=settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
        upload_hours=settings.UPLOAD_HOURS,
    )


@post_only("selfassessment:answer", "pk", "code")
@require_sign_in
def post_answer(request: Request, pk: int, code: str) -> HttpResponse:
    """Everything the form of an indicator holds: the answer, then files, a link, a message, detaching.

    The answer comes first, so that a file or a message that is refused cannot take it along.
    """
    assessment, fresh = get_assessment_key(request, pk), None
    typed = TypedAnswer.of(request.POST)
    try:
        if typed is not None:
            saved = _save_answer(request, assessment, code, typed)
            assessment, fresh = saved.answer.assessment, saved.fresh
    except Refused as refusal:
        return _render_refusal(request, pk, code, refusal, typed)
    if request.htmx:  # its script sends the answer alone, while somebody types
        return _saved_pieces(request, _frame_after(request, assessment, fresh), code)
    try:
        attach_posted_files(request, assessment, code)
        attach_posted_link(request, assessment, code)
        _send_message(request, assessment, code)
        detach_posted_evidence(request, assessment, code)
    except Refused as refusal:
        return _render_refusal(request, pk, code, refusal)
    return _go_on(request, assessment, code, fresh)


def _save_answer(request: Request, assessment: Assessment, code: str, typed: TypedAnswer) -> SavedAnswer:
    """Save the answer, merged with the saved one where the form says how."""
    if "merge" in request.POST:
        row = assessment.answers.select_related("updated_by").filter(code=code).first()
        typed = merge_typed_answer(typed, request.POST, row) if row is not None else typed
    return save_answer(
        assessment, code, ticks=typed.ticks, note=typed.note, version=typed.version, actor=request.actor
    )


def _frame_after(request: Request, assessment: Assessment, fresh: FreshScores | None) -> AssessmentFrame:
    """The frame for what is shown next, from what a save has read; without one, read anew."""
    if fresh is None:
        assessment = get_assessment(request, assessment.pk)
    return load_frame(assessment, request.actor, fresh)


def _saved_pieces(request: Request, frame: AssessmentFrame, code: str) -> HttpResponse:
    """The pieces of the page that a save changes, for htmx."""
    require_indicator(frame, code)
    group = next(g for g in frame.groups if g.aspect.code == frame.instrument.indicators[code].aspect)
    return render_page(
        request,
        "_saved.html",
        frame,
        standing=answer_standing(frame, code),
        group=group,
        code=code,
        answer=frame.answers[code],
    )


def _send_message(request: Request, assessment: Assessment, code: str) -> None:
    """Send what was typed to the verifier, if anything was."""
    if body := request.POST.get("body", "").strip():
        row = assessment.answers.filter(code=code).first()
        if row is not None:
            write_message(row, body, actor=request.actor)
            messages.success(request, _("Your message was sent."))


def _render_refusal(
    request: Request, pk: int, code: str, refusal: Refused, typed: TypedAnswer | None = None
) -> HttpResponse:
    """The page, or for htmx the note above the form, with the refusal and all that was typed."""
    frame = get_frame(request, pk)
    require_indicator(frame, code)
    if request.htmx:
        return render_page(
            request,
            "_refusal.html",
            frame,
            status=refusal.status,
            refusal=refusal,
            merge=_merge(refusal, typed),
            typed=typed,
            code=code,
        )
    return render_indicator(
        request,
        frame,
        code,
        typed,
        refusal=refusal,
        message=request.POST.get("body", ""),
        link=request.POST.get("link", ""),
    )


def _merge(refusal: Refused | None, typed: TypedAnswer | None) -> AnswerMerge | None:
    """What to merge, where an answer was refused because somebody else saved it."""
    current = getattr(refusal, "current", None)
    return propose_merge(current, typed) if isinstance(current, Answer) and typed is not None else None


def _go_on(request: Request, assessment: Assessment, code: str, fresh: FreshScores | None) -> HttpResponse:
    """Where the pressed button leads to; after the last indicator, the completeness check."""
    pk, step = assessment.pk, request.POST.get("do", "stay")
    if request.actor.is_confined_in(assessment.agency_id):
        return redirect(assigned_tasks_path(assessment))
    if step == "library":
        return redirect("selfassessment:attach", pk, code)
    if step not in ("next", "previous"):
        return redirect("selfassessment:answer", pk, code)
    frame = _frame_after(request, assessment, fresh)
    if step == "previous":
        return redirect("selfassessment:answer", pk, previous_indicator(frame, code) or code)
    if following := next_indicator(frame, code):
        return redirect("selfassessment:answer", pk, following)
    return redirect("selfassessment:check", pk)
