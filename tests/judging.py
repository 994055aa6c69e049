"""Files judged at once, in tests that are about something else than the queue."""

from typing import Any

from django.test import TestCase

from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.evidence.judging.services import judge_file
from sipinter.foundation.evidence.models import Blob, Evidence
from sipinter.foundation.evidence.receiving.refusals import judged_file_error
from sipinter.foundation.evidence.receiving.validators import UploadSource
from sipinter.foundation.evidence.services import receive_file


def judge_files() -> None:
    """Have the reader judge every file that waits, as a worker would."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        for blob in Blob.objects.filter(judgement=Blob.Judgement.WAITING).order_by("pk"):
            judge_file(blob, actor=system_actor())


def receive_judged(agency: Agency, upload: UploadSource, *, actor: Actor, **more: Any) -> Evidence:
    """The evidence of a file that was received and judged; Invalid with the sentence when it was refused."""
    received = receive_file(agency, upload, actor=actor, **more).evidence
    judge_files()
    found = Evidence.objects.select_related("blob").get(pk=received.pk)
    if found.blob is not None and found.blob.is_refused:
        raise judged_file_error(found.blob)
    return found
