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
from sipinter.assessment.record.queries.frame import Frame, frame_of
from sipinter.assessment.verification.services.verdicts import discuss
from sipinter.foundation.access.errors import Invalid, Refused
from sipinter.foundation.accounts.sign_in_required import sign_in_required, take_stash
from sipinter.foundation.evidence.receiving.media import ACCEPT
from sipinter.foundation.web.limits import within
from sipinter.foundation.web.posting import posts
from sipinter.foundation.web.request import Request

from ..forms.workspace import Typed, merged, whole
from ..queries.merging import Merge, merge_of
from ..queries.presence import others_at
from ..queries.workspace import answer_page, following, preceding, standing
from ..services.answers import Saved, attach_link, detach, save_answer, upload
from ..services.assignments import tasks_page
from .pages import framed, known, named, opened, page


@require_GET
@sign_in_required
def answer(request: Request, pk: int, code: str) -> HttpResponse:
    """The page of one indicator, with what was typed before a sign-in ran out."""
    assessment = opened(request, pk)
    if request.actor.is_confined_in(assessment.agency_id):
        return redirect(tasks_page(assessment))
    frame = frame_of(assessment, request.actor)
    known(frame, code)
    # A page that showed a refusal stands at the address that the form was sent to.
    kept = take_stash(request) or take_stash(request, reverse("selfassessment:save", args=[pk, code]))
    if kept is None:
        return show(request, frame, code)
    return show(
        request,
        frame,
        code,
        Typed.of(kept),
        restored=True,
        message=kept.get("body", ""),
        link=kept.get("link", ""),
    )


def show(
    request: Request,
    frame: Frame,
    code: str,
    typed: Typed | None = None,
    *,
    refusal: Refused | None = None,
    restored: bool = False,
    message: str = "",
    link: str = "",
) -> HttpResponse:
    """Render the page; `typed`, `message` and `link` stand in the form though they are not saved."""
    return page(
        request,
        "answer.html",
        frame,
        tab="answers",
        status=refusal.status if refusal else 200,
        view=answer_page(frame, code, request.actor, typed),
        refusal=refusal,
        merge=_merge(refusal, typed),
        typed=typed,
        code=code,
        restored=restored,
        message=message,
        link=link,
        present=others_at(frame.answers[code], request.actor),
        accept=ACCEPT,
        limit_mb=settings.EVIDENCE_MAX_BYTES // (1024 * 1024),
        upload_hours=settings.UPLOAD_HOURS,
    )


@posts("selfassessment:answer", "pk", "code")
@sign_in_required
def save(request: Request, pk: int, code: str) -> HttpResponse:
    """Everything the form of an indicator holds: the answer, then files, a link, a message, detaching.

    The answer comes first, so that a file or a message that is refused cannot take it along.
    """
    assessment, answers = named(request, pk), None
    typed = Typed.of(request.POST)
    try:
        if typed is not None:
            saved = _save_answer(request, assessment, code, typed)
            assessment, answers = saved.answer.assessment, saved.answers
        if request.htmx:
            return _saved(request, frame_of(assessment, request.actor, answers), code)
        typed = None
        _save_rest(request, assessment, code)
    except Refused as refusal:
        return _refused(request, pk, code, typed, refusal)
    return _onwards(request, pk, code)


def _save_answer(request: Request, assessment: Assessment, code: str, typed: Typed) -> Saved:
    """Save the answer, merged with the saved one where the form says how."""
    if "merge" in request.POST:
        row = assessment.answers.select_related("updated_by").filter(code=code).first()
        typed = merged(typed, request.POST, row) if row is not None else typed
    return save_answer(
        assessment, code, ticks=typed.ticks, note=typed.note, version=typed.version, actor=request.actor
    )


def _saved(request: Request, frame: Frame, code: str) -> HttpResponse:
    """The pieces of the page that a save changes, for htmx."""
    known(frame, code)
    group = next(g for g in frame.groups if g.aspect.code == frame.instrument.indicators[code].aspect)
    return page(
        request,
        "_saved.html",
        frame,
        standing=standing(frame, code),
        group=group,
        code=code,
        answer=frame.answers[code],
    )


def _save_rest(request: Request, assessment: Assessment, code: str) -> None:
    """Files, link, message and detaching, each its own service; files are taken one by one."""
    actor = request.actor
    for file in request.FILES.getlist("files"):
        if not within(request, "upload"):
            messages.error(request, _("Too many files in one minute. Wait a minute, then send the rest."))
            break
        take_file(request, assessment, code, file)
    if link := request.POST.get("link", "").strip():
        attach_link(assessment, code, link, title=request.POST.get("link_title", ""), actor=actor)
        messages.success(request, _("The link was attached."))
    if body := request.POST.get("body", "").strip():
        row = assessment.answers.filter(code=code).first()
        if row is not None:
            discuss(row, body, actor=actor)
            messages.success(request, _("Your message was sent."))
    if (given := whole(request.POST.get("detach", ""))) >= 0:
        detach(assessment, code, given, actor=actor)
        messages.success(request, _("The document was taken from this indicator. It stays in the library."))


def take_file(request: Request, assessment: Assessment, code: str, file: "UploadedFile[Any]") -> None:
    """Take one file; a file that is refused says so and does not stop the others."""
    try:
        received = upload(assessment, code, file, actor=request.actor)
    except Invalid as refusal:
        messages.error(request, f"{file.name}: {refusal}")
        return
    values = {"name": file.name, "title": received.evidence.title}
    if received.was_known:
        text = _("“%(name)s” is the same file as “%(title)s” in the library: that one was attached.")
        messages.info(request, text % values)
    else:
        messages.success(request, _("“%(name)s” was uploaded.") % values)


def _refused(request: Request, pk: int, code: str, typed: Typed | None, refusal: Refused) -> HttpResponse:
    """The page, or for htmx the note above the form, with the refusal and all that was typed."""
    frame = framed(request, pk)
    known(frame, code)
    if request.htmx:
        return page(
            request,
            "_refusal.html",
            frame,
            status=refusal.status,
            refusal=refusal,
            merge=_merge(refusal, typed),
            typed=typed,
            code=code,
        )
    return show(
        request,
        frame,
        code,
        typed,
        refusal=refusal,
        message=request.POST.get("body", ""),
        link=request.POST.get("link", ""),
    )


def _merge(refusal: Refused | None, typed: Typed | None) -> Merge | None:
    """What to merge, where an answer was refused because somebody else saved it."""
    current = getattr(refusal, "current", None)
    return merge_of(current, typed) if isinstance(current, Answer) and typed is not None else None


def _onwards(request: Request, pk: int, code: str) -> HttpResponse:
    """Where the pressed button leads to; after the last indicator, the completeness check."""
    assessment = opened(request, pk)
    if request.actor.is_confined_in(assessment.agency_id):
        return redirect(tasks_page(assessment))
    step = request.POST.get("do", "stay")
    if step == "library":
        return redirect("selfassessment:attach", pk, code)
    frame = frame_of(assessment, request.actor)
    if step == "next":
        target = following(frame, code)
        return (
            redirect("selfassessment:answer", pk, target) if target else redirect("selfassessment:check", pk)
        )
    target = preceding(frame, code) if step == "previous" else None
    return redirect("selfassessment:answer", pk, target or code)
