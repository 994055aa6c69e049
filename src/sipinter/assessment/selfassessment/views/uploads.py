"""Files of an indicator that come in pieces."""

from django.http import HttpResponse
from django.urls import reverse

from sipinter.foundation.accounts.fetching import fetch
from sipinter.foundation.accounts.middleware import read_again
from sipinter.foundation.evidence.models import Upload
from sipinter.foundation.evidence.services import Received
from sipinter.foundation.evidence.tus import views as tus
from sipinter.foundation.evidence.tus.parts import Whole
from sipinter.foundation.evidence.tus.services import Finish
from sipinter.foundation.web.limits import limited
from sipinter.foundation.web.request import Request

from ..services import answers
from ..services.uploads import begin_upload
from .pages import opened


@tus.speaks_tus
@limited("upload", methods=tus.COUNTED, answer=tus.too_many)
def create(request: Request, pk: int, code: str) -> HttpResponse:
    """Begin an upload for the indicator `code`."""
    assessment = opened(request, pk)

    def begin(name: str, metadata: str, size: int) -> Upload:
        return begin_upload(assessment, code, name=name, metadata=metadata, size=size, actor=request.actor)

    return tus.create(request, begin, _finish(request), address=_address)


def _address(upload: Upload) -> str:
    return reverse("selfassessment:upload", args=[upload.token])


@tus.speaks_tus
@limited("upload", methods=tus.COUNTED, answer=tus.too_many)
def resource(request: Request, token: str) -> HttpResponse:
    """One upload of the person's own."""
    upload: Upload = fetch(request, Upload.objects.select_related("agency"), pk=token)
    return tus.resource(request, upload, _finish(request))


def _finish(request: Request) -> Finish:
    """The way of every file: the same checks, now, as for one that came in one piece."""

    def finish(upload: Upload, file: Whole) -> Received:
        read_again(request)
        assessment = opened(request, upload.assessment)
        return answers.upload(assessment, upload.code, file, actor=request.actor)

    return finish
