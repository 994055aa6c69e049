"""The storage: written once, whole or not at all, local or elsewhere."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from pytest_django import Settings

from sipinter.accounts.actor import Actor
from sipinter.evidence import queries, store
from sipinter.evidence.services import receive
from tests import factories
from tests.conftest import Cast

from . import making

Files = Callable[[], list[str]]


def test_a_name_is_written_once(files: Files) -> None:
    store.put_bytes("blobs/1/ab/abc", b"pertama")
    store.put_bytes("blobs/1/ab/abc", b"kedua")
    assert store.get_bytes("blobs/1/ab/abc") == b"pertama"
    assert files() == ["blobs/1/ab/abc"]
    assert store.get_bytes("blobs/1/ab/lain") is None


def test_who_comes_second_in_a_race_leaves_no_copy(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put_bytes("blobs/1/ab/abc", b"pertama")
    answers = iter([False])
    really = type(default_storage._wrapped).exists  # type: ignore[attr-defined]

    def exists(storage: object, name: str) -> bool:
        return next(answers, None) or really(storage, name)

    monkeypatch.setattr(type(default_storage._wrapped), "exists", exists)  # type: ignore[attr-defined]
    with store.incoming() as file:
        file.write(b"kedua")
        assert store.put("blobs/1/ab/abc", store.path_of(file)) is False
    assert store.get_bytes("blobs/1/ab/abc") == b"pertama"
    assert files() == ["blobs/1/ab/abc"]


def test_what_is_being_received_goes_when_something_fails(files: Files) -> None:
    seen = []

    def interrupted() -> None:
        with store.incoming() as file:
            file.write(b"setengah")
            seen.extend(files())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert [Path(name).parent.name for name in seen] == ["incoming"]
    assert files() == []


@pytest.fixture
def elsewhere(settings: Settings) -> None:
    """A storage that is no folder, as an object storage is none."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }


@pytest.mark.usefixtures("elsewhere")
def test_a_storage_that_is_no_folder(cast: Cast, owner: Actor) -> None:
    body = making.written_pdf(2)
    evidence = receive(cast.agency, making.upload(body, "SK.pdf"), actor=owner).evidence
    assert evidence.blob is not None
    assert default_storage.exists(evidence.blob.path)
    again = receive(cast.agency, making.upload(body, "SK.pdf"), actor=owner)
    assert (again.was_known, default_storage.exists(evidence.blob.path)) == (True, True)
    browser: Client = factories.client_for(cast.owner)
    response = browser.get(f"/bukti/{evidence.pk}/", headers={"range": "bytes=5-8"})
    assert b"".join(response.streaming_content) == body[5:9]  # type: ignore[attr-defined]
    assert browser.get(f"/bukti/{evidence.pk}/halaman/2/").content.startswith(b"\x89PNG")
    preview = queries.preview(evidence)
    assert preview is not None
    assert [page["text"][:9] for page in preview.pages] == ["Halaman 1", "Halaman 2"]
    assert not list(store.incoming_folder().iterdir())
    default_storage.delete(evidence.blob.path)
    assert browser.get(f"/bukti/{evidence.pk}/").status_code == 409
