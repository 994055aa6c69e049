"""A form's upload over the limit does not fill the disk."""

import pytest
from django.conf import settings as configured
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory
from pytest_django import Settings

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.evidence.receiving.handler import FILES_AT_ONCE, CappedUploads
from sipinter.foundation.evidence.services import receive_file
from tests.conftest import Cast

from . import making


def sent(body: bytes):  # type: ignore[no-untyped-def]
    """The file as the view finds it."""
    request = RequestFactory().post("/", {"file": making.upload(body, "SK.pdf"), "catatan": "tetap"})
    return request.FILES["file"], request.POST


def test_the_cap_is_the_first_handler() -> None:
    assert (
        configured.FILE_UPLOAD_HANDLERS[0] == "sipinter.foundation.evidence.receiving.handler.CappedUploads"
    )


def test_what_is_over_the_limit_is_dropped_and_refused(cast: Cast, owner: Actor, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    file, fields = sent(b"%PDF-" + bytes(5 * 1024 * 1024))
    assert settings.EVIDENCE_MAX_BYTES < file.size <= settings.EVIDENCE_MAX_BYTES + 128 * 1024
    assert fields["catatan"] == "tetap"
    with pytest.raises(Invalid, match="larger than 1 MB"):
        receive_file(cast.agency, file, actor=owner)


@pytest.mark.parametrize("size", [100, 300 * 1024])
def test_smaller_files_arrive_whole(size: int) -> None:
    body = making.pdf() + bytes(size)
    file, _ = sent(body)
    assert (file.size, file.read()) == (len(body), body)


def test_many_files_at_once_cannot_fill_the_disk_together(client: Client, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    whole = {f"file{n}": making.upload(bytes(1000 * 1024), "a.pdf") for n in range(FILES_AT_ONCE + 1)}
    assert client.post("/verifikasi/", whole).status_code == 400
    fitting = {f"file{n}": making.upload(bytes(1000 * 1024), "a.pdf") for n in range(FILES_AT_ONCE - 1)}
    assert client.post("/verifikasi/", fitting).status_code == 422


def test_a_request_that_does_not_say_its_size_is_counted_as_it_comes(settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 1024
    handler = CappedUploads()
    for _file in range(FILES_AT_ONCE):
        assert handler.receive_data_chunk(bytes(1024), 0) is not None
    with pytest.raises(RequestDataTooBig):
        handler.receive_data_chunk(bytes(64 * 1024 * 20), 0)
