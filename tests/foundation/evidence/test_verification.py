"""`sipinter evidence verify`: what is missing, damaged, or nobody's."""

import hashlib
import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.core.files.storage import storages
from django.utils import timezone
from pytest_django import Settings

from deploy.process import free_port
from sipinter.cli.main import main
from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.audit.models import Event
from sipinter.foundation.evidence.models import Blob
from sipinter.foundation.evidence.services import receive_file
from sipinter.foundation.evidence.storage import store, verification
from sipinter.foundation.evidence.storage.verification import ProblemKind
from tests.buckets import Files, bucket_settings
from tests.conftest import Cast

from . import making


@pytest.fixture
def three(cast: Cast, owner: Actor, either: Files, monkeypatch: pytest.MonkeyPatch) -> list[Blob]:
    """Three files; everything counts as old enough to be an orphan."""
    monkeypatch.setattr(verification, "GRACE", timedelta(seconds=-5))
    for number in range(3):
        receive_file(cast.agency, making.upload(making.pdf(title=str(number))), actor=owner)
    return list(Blob.objects.order_by("pk"))


def run(*arguments: str, language: str = "en") -> Result:
    """The command, in English unless told."""
    return CliRunner().invoke(main, ["--lang", language, "evidence", "verify", *arguments])


def overwrite(name: str, content: bytes) -> None:
    """Put other bytes behind the storage's back."""
    storage: Any = storages["default"]
    store.remove_files(name)
    with store.incoming_file() as file:
        file.write(content)
        store.put_file(name, store.flushed_path(file), hashlib.sha256(content).hexdigest())
    assert storage.size_of(name) == len(content)


def test_a_sound_storage(three: list[Blob]) -> None:
    result = run()
    assert (result.exit_code, result.stdout) == (0, "3 files read\nEverything is there and sound.\n")
    report = json.loads(run("--json").stdout)
    assert report == {"files": 3, "bytes": sum(b.size for b in three), "problems": [], "removed": []}


def test_every_kind_of_fault_is_found(three: list[Blob]) -> None:
    lost, cut, changed = three
    body = store.get_bytes(changed.path)
    assert body is not None
    store.remove_files(lost.path)
    overwrite(cut.path, b"cut off")
    overwrite(changed.path, body[:-1] + b"\0")
    result = run("--json")
    assert result.exit_code == 1
    assert [(p["kind"], p["name"]) for p in json.loads(result.stdout)["problems"]] == [
        ("missing", lost.path),
        ("wrong size", cut.path),
        ("damaged", changed.path),
    ]
    said = run().stdout
    assert f"missing: {lost.path}\n" in said
    assert "3 files are not in order" in said


def test_orphans_are_listed_and_removed_on_record(cast: Cast, three: list[Blob], either: Files) -> None:
    held = either()
    orphans = [
        f"blobs/{cast.agency.pk}/ab/{'ab' * 32}",
        f"decisions/{cast.other_agency.pk}/x.pdf",
        f"derived/{cast.agency.pk}/cd/{'cd' * 32}/1-page-1",
    ]
    for name in orphans:
        store.put_bytes(name, b"nobody's")
    store.put_bytes(store.derived_name(three[0], "page-1"), b"belongs to a file")
    old = store.incoming_folder() / "old"
    old.write_bytes(b"left")
    os.utime(old, (time.time() - 90_000,) * 2)
    (store.incoming_folder() / "new").write_bytes(b"arriving")
    result = run("--json")
    found = {(p["kind"], p["name"]) for p in json.loads(result.stdout)["problems"]}
    assert found == {("left while being received", "old"), *(("orphan", name) for name in orphans)}
    result = run("--remove-orphans")
    assert (result.exit_code, result.exception and not isinstance(result.exception, SystemExit)) == (0, None)
    assert "4 files removed" in result.stdout
    assert all(name in result.stdout for name in orphans)
    assert set(held) <= set(either())
    assert not set(orphans) & set(either())
    assert [path.name for path in store.incoming_folder().iterdir()] == ["new"]
    events = Event.objects.filter(action="evidence.orphans_removed")
    assert {event.agency_id: event.changes for event in events} == {
        cast.agency.pk: {"files": [[orphans[0], orphans[2]], None]},
        cast.other_agency.pk: {"files": [[orphans[1]], None]},
    }
    assert run().exit_code == 0


def test_what_is_taken_up_meanwhile_stays(cast: Cast, owner: Actor, three: list[Blob]) -> None:
    body = making.pdf(title="rolled back")
    name = store.blob_name(cast.agency.pk, hashlib.sha256(body).hexdigest())
    store.put_bytes(name, body)
    report = verification.verify_storage()
    assert [(p.kind, p.name) for p in report.problems] == [(ProblemKind.ORPHAN, name)]
    blob = receive_file(cast.agency, making.upload(body), actor=owner).evidence.blob
    assert blob is not None
    assert blob.path == name
    verification.remove_orphans(report, actor=system_actor())
    assert store.get_bytes(name) == body


def test_a_file_that_has_just_come_is_no_orphan(cast: Cast, files: Files) -> None:
    store.put_bytes(f"blobs/{cast.agency.pk}/ab/abc", b"its row is not committed yet")
    assert verification.verify_storage().is_sound


def test_only_the_system_removes(owner: Actor, three: list[Blob]) -> None:
    with pytest.raises(Denied):
        verification.remove_orphans(verification.verify_storage(), actor=owner)


def test_a_storage_that_is_away_is_a_sentence(three: list[Blob], settings: Settings, tmp_path: Path) -> None:
    address = f"s3://kunci:rahasia@127.0.0.1:{free_port()}/bukti?scheme=http"
    settings.STORAGES = settings.STORAGES | {"default": bucket_settings(address)}
    result = run()
    assert result.exit_code == 1
    assert "does not answer" in result.stderr
    assert "sedang tidak menjawab" in run(language="id").stderr
    assert "rahasia" not in result.output


def test_progress_goes_to_the_other_channel(three: list[Blob], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sipinter.cli.evidence.EVERY", 2)
    result = run("--json")
    assert result.stderr == "2 files read\n"
    assert json.loads(result.stdout)["files"] == 3


def test_quarantine_is_held(three: list[Blob]) -> None:
    blob = three[0]
    name = store.blob_name(blob.agency_id, blob.sha256, store.QUARANTINE)
    body = store.get_bytes(blob.path)
    assert body is not None
    store.put_bytes(name, body)
    store.remove_files(blob.path)
    Blob.objects.filter(pk=blob.pk).update(path=name, scan=Blob.Scan.INFECTED, scanned_at=timezone.now())
    assert run().exit_code == 0
