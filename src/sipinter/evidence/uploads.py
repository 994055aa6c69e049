"""The first of FILE_UPLOAD_HANDLERS: stops a file that is over the limit from filling the disk."""

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class CappedUploads(FileUploadHandler):
    """Hands on the bytes up to the limit and a little more, and drops the rest as it comes.

    What arrives is larger than EVIDENCE_MAX_BYTES, so the service refuses it with its own sentence, and
    the browser still gets an answer instead of a broken connection.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= settings.EVIDENCE_MAX_BYTES else None

    def file_complete(self, file_size: int) -> None:
        return None
