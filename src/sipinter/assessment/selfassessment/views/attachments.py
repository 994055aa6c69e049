"""What the forms of an indicator send beside its answer: files, a web address, a document to take away."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Assessment
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.web.numbers import parse_small_int
from sipinter.foundation.web.rate_limits import is_allowed
from sipinter.foundation.web.request import Request

from ..services.answers import attach_link, detach_evidence, upload_evidence


def attach_posted_files(request: Request, assessment: Assessment, code: str, name: str = "files") -> bool:
    """Take the files of the field `name` one by one; whether any was looked at."""
    looked_at = False
    for file in request.FILES.getlist(name):
        if not is_allowed(request, "upload"):
            messages.error(request, _("Too many files in one minute. Wait a minute, then send the rest."))
            break
        attach_posted_file(request, assessment, code, file)
        looked_at = True
    return looked_at


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


def attach_posted_link(request: Request, assessment: Assessment, code: str) -> None:
    """Keep the web address that was typed, if one was."""
    if link := request.POST.get("link", "").strip():
        attach_link(assessment, code, link, title=request.POST.get("link_title", ""), actor=request.actor)
        messages.success(request, _("The link was attached."))


def detach_posted_evidence(request: Request, assessment: Assessment, code: str) -> None:
    """Take away the document whose button was pressed, if one was."""
    if (given := parse_small_int(request.POST.get("detach", ""), None)) is not None:
        detach_evidence(assessment, code, given, actor=request.actor)
        messages.success(request, _("The document was taken from this indicator. It stays in the library."))
