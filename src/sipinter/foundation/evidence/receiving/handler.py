"""The first of FILE_UPLOAD_HANDLERS: stops files that are over the limit from filling the disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

# Files of the largest size that one form may carry together: anybody may send a form to a public page.
FILES_AT_ONCE = 10


class CappedUploads(FileUploadHandler):
    """Hands on the bytes of a file up to the limit and a little more, and drops the rest as it comes.

    What arrives is larger than EVIDENCE_MAX_BYTES, so the service refuses it with its own sentence, and
    the browser still gets an answer instead of a broken connection. RequestDataTooBig when all files of
    the form together are more than FILES_AT_ONCE of the largest.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kept = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start > settings.EVIDENCE_MAX_BYTES:
            return None
        self.kept += len(raw_data)
        if self.kept > FILES_AT_ONCE * settings.EVIDENCE_MAX_BYTES:
            raise RequestDataTooBig("The files of this form are too large together.")
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
