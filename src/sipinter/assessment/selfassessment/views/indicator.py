"""The page of one indicator and everything that its one form sends."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sipinter.assessment.record.models import Answer, Assessment
from sipinter.assessment.record.queries.page_frame import AssessmentFrame, load_frame
from sipinter.assessment.record.services.conversation import write_message
from sipinter.foundation.access.errors import Invalid, Refused
from sipinter.foundation.accounts.decorators import require_sign_in, take_saved_input
from sipinter.foundation.evidence.receiving.media import ACCEPT
from sipinter.foundation.web.decorators import post_only
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.rate_limits import is_allowed
from sipinter.foundation.web.request import Request

from ..forms.workspace import merge_typed_answer
from ..queries.answer_merge import AnswerMerge, propose_merge
from ..queries.presence import other_editors
from ..queries.typed_answer import TypedAnswer
from ..queries.workspace import answer_standing, get_answer_page, next_indicator, previous_indicator
from ..services.answers import SavedAnswer, attach_link, detach_evidence, save_answer, upload_evidence
from ..services.assignments import assigned_tasks_path
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
    assessment, answers = get_assessment_key(request, pk), None
    typed = TypedAnswer.of(request.POST)
    try:
        if typed is not None:
            saved = _save_answer(request, assessment, code, typed)
            assessment, answers = saved.answer.assessment, saved.answers
        if request.htmx:
            return _saved(request, load_frame(assessment, request.actor, answers), code)
        typed = None
        _save_rest(request, assessment, code)
    except Refused as refusal:
        return _refused(request, pk, code, typed, refusal)
    return _onwards(request, pk, code)


def _save_answer(request: Request, assessment: Assessment, code: str, typed: TypedAnswer) -> SavedAnswer:
    """Save the answer, merged with the saved one where the form says how."""
    if "merge" in request.POST:
        row = assessment.answers.select_related("updated_by").filter(code=code).first()
        typed = merge_typed_answer(typed, request.POST, row) if row is not None else typed
    return save_answer(
        assessment, code, ticks=typed.ticks, note=typed.note, version=typed.version, actor=request.actor
    )


def _saved(request: Request, frame: AssessmentFrame, code: str) -> HttpResponse:
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


def _save_rest(request: Request, assessment: Assessment, code: str) -> None:
    """Files, link, message and detaching, each its own service; files are taken one by one."""
    actor = request.actor
    for file in request.FILES.getlist("files"):
        if not is_allowed(request, "upload"):
            messages.error(request, _("Too many files in one minute. Wait a minute, then send the rest."))
            break
        attach_posted_file(request, assessment, code, file)
    if link := request.POST.get("link", "").strip():
        attach_link(assessment, code, link, title=request.POST.get("link_title", ""), actor=actor)
        messages.success(request, _("The link was attached."))
    if body := request.POST.get("body", "").strip():
        row = assessment.answers.filter(code=code).first()
        if row is not None:
            write_message(row, body, actor=actor)
            messages.success(request, _("Your message was sent."))
    if (given := parse_small_int(request.POST.get("detach", ""), None)) is not None:
        detach_evidence(assessment, code, given, actor=actor)
        messages.success(request, _("The document was taken from this indicator. It stays in the library."))


def attach_posted_file(
    request: Request, assessment: Assessment, code: str, file: "UploadedFile[Any]"
) -> None:
    """Take one file; a file that is refused says so and does not stop the others."""
    try:
        received = upload_evidence(assessment, code, file, actor=request.actor)
    except Invalid as refusal:
        messages.error(request, f"{file.name}: {refusal}")
        return
    values = {"name": file.name, "title": received.evidence.title}
    if received.was_known:
        text = _("“%(name)s” is the same file as “%(title)s” in the library: that one was attached.")
        messages.info(request, text % values)
    else:
        messages.success(request, _("“%(name)s” was uploaded.") % values)


def _refused(
    request: Request, pk: int, code: str, typed: TypedAnswer | None, refusal: Refused
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


def _onwards(request: Request, pk: int, code: str) -> HttpResponse:
    """Where the pressed button leads to; after the last indicator, the completeness check."""
    assessment = get_assessment(request, pk)
    if request.actor.is_confined_in(assessment.agency_id):
        return redirect(assigned_tasks_path(assessment))
    step = request.POST.get("do", "stay")
    if step == "library":
        return redirect("selfassessment:attach", pk, code)
    frame = load_frame(assessment, request.actor)
    if step == "next":
        target = next_indicator(frame, code)
        return (
            redirect("selfassessment:answer", pk, target) if target else redirect("selfassessment:check", pk)
        )
    target = previous_indicator(frame, code) if step == "previous" else None
    return redirect("selfassessment:answer", pk, target or code)
