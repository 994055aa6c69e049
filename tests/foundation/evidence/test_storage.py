"""The storage: written once, whole or not at all, in a local folder and on an S3 server."""

import hashlib
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.test import Client
from pytest_django import Settings

from deploy.process import free_port
from deploy.seaweed import Seaweed
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.evidence import queries
from sipinter.foundation.evidence.models import Blob, Evidence
from sipinter.foundation.evidence.services import receive_file
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.work.worker import drain_queue
from tests import factories
from tests.buckets import bucket_settings, folder_settings
from tests.conftest import Cast
from tests.judging import receive_judged

from . import making

Files = Callable[[], list[str]]
NAME = "blobs/1/ab/abc"


def put(name: str, content: bytes) -> bool:
    """Store `content` by way of a local file."""
    with store.incoming_file() as file:
        file.write(content)
        return store.put_file(name, store.flushed_path(file), hashlib.sha256(content).hexdigest())


def test_a_name_is_written_once(either: Files) -> None:
    assert put(NAME, b"pertama") is True
    assert put(NAME, b"keduaan") is False
    assert store.get_bytes(NAME) == b"pertama"
    assert either() == [NAME]
    assert store.get_bytes("blobs/1/ab/lain") is None


def test_of_many_at_once_one_wins_whole(either: Files) -> None:
    contents = [bytes([number]) * 300_000 for number in range(6)]
    won: list[bytes] = []

    def send(content: bytes) -> None:
        if put(NAME, content):
            won.append(content)

    threads = [threading.Thread(target=send, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert store.get_bytes(NAME) == won[0]
    assert either() == [NAME]


def test_what_lies_there_cut_off_gives_way_to_the_sound_file(either: Files) -> None:
    put(NAME, b"sete")
    assert put(NAME, b"setengah") is True
    assert store.get_bytes(NAME) == b"setengah"
    assert either() == [NAME]


def test_parts_sizes_and_hashes(either: Files) -> None:
    body = bytes(range(256)) * 4000
    put(NAME, body)
    with closing(store.read_range(NAME, 1000, 70_000)) as chunks:
        assert b"".join(chunks) == body[1000:71_000]
    assert store.size_of(NAME) == len(body)
    assert store.digest_of(NAME) == (len(body), hashlib.sha256(body).hexdigest())
    assert store.size_of("blobs/1/ab/lain") is None
    with pytest.raises(FileNotFoundError):
        store.read_range("blobs/1/ab/lain", 0, 5)


def test_walking_goes_through_one_folder_only(either: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("blobs/1/ab/a", "blobs/1/cd/b", "derived/1/ab/a/1-page-1", "blobs-lain/x"):
        put(name, name.encode())
    assert [(e.name, e.size) for e in sorted(store.walk_files("blobs"), key=lambda e: e.name)] == [
        ("blobs/1/ab/a", 12),
        ("blobs/1/cd/b", 12),
    ]
    assert list(store.walk_files("decisions")) == []
    store.remove_files("blobs/1/ab/a")
    store.remove_files("blobs/1/ab/a")
    assert [entry.name for entry in store.walk_files("blobs")] == ["blobs/1/cd/b"]


def test_what_is_being_received_goes_when_something_fails(files: Files) -> None:
    seen: list[Path] = []

    def interrupted() -> None:
        with store.incoming_file() as file:
            file.write(b"setengah")
            seen.extend(store.incoming_folder().iterdir())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert len(seen) == 1
    assert not list(store.incoming_folder().iterdir())


def test_evidence_on_either_storage(cast: Cast, owner: Actor, either: Files) -> None:
    body = making.written_pdf(2)
    evidence = receive_judged(cast.agency, making.upload(body, "SK.pdf"), actor=owner)
    assert evidence.blob is not None
    drain_queue()
    again = receive_file(cast.agency, making.upload(body, "SK.pdf"), actor=owner)
    assert (again.was_known, evidence.blob.path in either()) == (True, True)
    browser: Client = factories.client_for(cast.owner)
    response = browser.get(f"/bukti/{evidence.pk}/", headers={"range": "bytes=5-8"})
    assert b"".join(response.streaming_content) == body[5:9]  # type: ignore[attr-defined]
    assert browser.get(f"/bukti/{evidence.pk}/halaman/2/").content.startswith(b"\x89PNG")
    preview = queries.get_preview(evidence, actor=owner)
    assert preview is not None
    assert [page["text"][:9] for page in preview.pages] == ["Halaman 1", "Halaman 2"]
    assert not list(store.incoming_folder().iterdir())
    store.remove_files(evidence.blob.path)
    assert browser.get(f"/bukti/{evidence.pk}/").status_code == 409


def test_a_server_that_is_away_keeps_nothing_and_says_so(
    cast: Cast, document: Evidence, settings: Settings, tmp_path: Path
) -> None:
    address = f"s3://kunci:rahasia@127.0.0.1:{free_port()}/bukti?scheme=http"
    settings.STORAGES = settings.STORAGES | {"default": bucket_settings(address)}
    settings.INCOMING_FILES = tmp_path / "incoming"
    actor = factories.actor(cast.owner)
    with pytest.raises(NotAnswering, match="does not answer"):
        receive_file(cast.agency, making.upload(making.pdf(title="baru")), actor=actor)
    assert (Blob.objects.count(), Evidence.objects.count()) == (1, 1)
    assert not list(store.incoming_folder().iterdir())
    response = factories.client_for(cast.owner).get(f"/bukti/{document.pk}/")
    assert response.status_code == 503
    assert "The storage of documents does not answer" in response.content.decode()
    assert "rahasia" not in response.content.decode()


def test_a_disk_that_takes_nothing_is_told_in_a_sentence(
    cast: Cast, owner: Actor, tmp_path: Path, settings: Settings
) -> None:
    settings.STORAGES = settings.STORAGES | {"default": folder_settings(tmp_path / "disk")}
    Path(storages["default"].path("incoming")).parent.mkdir(parents=True, exist_ok=True)
    Path(storages["default"].path("blobs")).write_bytes(b"")  # a file where the folder should be
    with pytest.raises(NotAnswering):
        receive_file(cast.agency, making.upload(making.pdf()), actor=owner)
    assert not Evidence.objects.exists()


def test_a_killed_server_has_everything_it_acknowledged(tmp_path: Path, settings: Settings) -> None:
    server = Seaweed(tmp_path / "seaweed")
    settings.STORAGES = settings.STORAGES | {"default": bucket_settings(server.url)}
    settings.INCOMING_FILES = tmp_path / "incoming"
    try:
        server.program.start()
        names = [f"blobs/1/ab/{number}" for number in range(20)]
        for name in names:
            put(name, name.encode() * 1000)
        server.program.kill()
        with pytest.raises(NotAnswering):
            store.get_bytes(names[0])
        server.program.start()
        assert [store.get_bytes(name) for name in names] == [name.encode() * 1000 for name in names]
    finally:
        server.program.kill()


def test_objects_are_nobody_elses(bucket: Files, seaweed: Seaweed) -> None:
    from urllib.error import HTTPError
    from urllib.request import urlopen

    put(NAME, b"rahasia")
    name = storages["default"].bucket_name  # type: ignore[attr-defined]
    with pytest.raises(HTTPError) as refused:
        urlopen(f"http://127.0.0.1:{seaweed.port}/{name}/{NAME}")
    assert refused.value.code == 403
    with pytest.raises(NotImplementedError):
        storages["default"].url(NAME)
