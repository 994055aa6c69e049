"""Files of an indicator that come in pieces."""

from django.http import HttpResponse
from django.urls import reverse

from sipinter.foundation.accounts.fetching import fetch_or_404
from sipinter.foundation.accounts.middleware import refresh_actor
from sipinter.foundation.evidence.models import Upload
from sipinter.foundation.evidence.services import ReceivedEvidence
from sipinter.foundation.evidence.tus import views
from sipinter.foundation.evidence.tus.parts import CompleteUpload
from sipinter.foundation.evidence.tus.services import Finish
from sipinter.foundation.web.rate_limits import rate_limit
from sipinter.foundation.web.request import Request

from ..services import answers
from .base import get_assessment


@views.tus_view
@rate_limit("upload", methods=views.COUNTED, answer=views.too_many_pieces)
def create_indicator_upload(request: Request, pk: int, code: str) -> HttpResponse:
    """Begin an upload for the indicator `code`."""
    assessment = get_assessment(request, pk)

    def begin(name: str, metadata: str, size: int) -> Upload:
        return answers.begin_evidence_upload(
            assessment, code, name=name, metadata=metadata, size=size, actor=request.actor
        )

    return views.handle_tus_creation(request, begin, _finish(request), address=_address)


def _address(upload: Upload) -> str:
    return reverse("selfassessment:upload", args=[upload.token])


@views.tus_view
@rate_limit("upload", methods=views.COUNTED, answer=views.too_many_pieces)
def indicator_upload_resource(request: Request, token: str) -> HttpResponse:
    """One upload of the person's own."""
    upload: Upload = fetch_or_404(request, Upload.objects.select_related("agency"), pk=token)
    return views.handle_tus_upload(request, upload, _finish(request))


def _finish(request: Request) -> Finish:
    """The way of every file: the same checks, now, as for one that came in one piece."""

    def finish(upload: Upload, file: CompleteUpload) -> ReceivedEvidence:
        refresh_actor(request)
        assessment = get_assessment(request, upload.assessment)
        return answers.upload_evidence(assessment, upload.code, file, actor=request.actor)

    return finish
