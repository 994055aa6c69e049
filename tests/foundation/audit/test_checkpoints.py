"""The daily signed checkpoint: one a day, each naming the one before, checked by openssl alone."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.audit.checkpoints import checkpoint_stem, make_checkpoint, parse_checkpoint
from sipinter.foundation.audit.models import Checkpoint, Event
from sipinter.foundation.audit.services import record
from sipinter.foundation.audit.verification import verify_trail

from ...factories import actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    return tmp_path / "checkpoints"


def another_day(monkeypatch: pytest.MonkeyPatch, distance: int) -> None:
    day = timezone.localdate() + timedelta(days=distance)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: day)


def test_one_a_day_and_its_file_is_written_again(cast: Any, folder: Path) -> None:
    first = make_checkpoint(actor=system_actor())
    path = folder / f"{checkpoint_stem(first)}.txt"
    path.unlink()
    assert make_checkpoint(actor=system_actor()) == first
    assert path.read_text() == first.text
    assert (Checkpoint.objects.count(), Event.objects.filter(action="audit.checkpoint_made").count()) == (
        1,
        1,
    )


def test_it_tells_where_every_chain_stands_and_which_was_before(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = record("answer.saved", "answer:1", actor=system_actor(), agency_id=cast.agency.pk)
    first = make_checkpoint(actor=system_actor())
    another_day(monkeypatch, 1)
    second = make_checkpoint(actor=system_actor())
    one, two = parse_checkpoint(first.text), parse_checkpoint(second.text)
    assert [(s.agency_id, s.length, s.head) for s in one.stands] == [(cast.agency.pk, 1, event.hash)]
    assert (one.previous, two.previous, two.number) == ("", first.sha256, 2)
    assert list(verify_trail()) == []


def test_openssl_alone_checks_it(cast: Any, folder: Path, tmp_path: Path) -> None:
    record("answer.saved", "answer:1", actor=system_actor(), agency_id=cast.agency.pk)
    stem = checkpoint_stem(make_checkpoint(actor=system_actor()))
    (certificate,) = folder.glob("*.pem")
    key = tmp_path / "key.pem"
    key.write_bytes(run("openssl", "x509", "-in", certificate, "-pubkey", "-noout").stdout)
    check = ("openssl", "dgst", "-sha256", "-verify", key, "-signature", folder / f"{stem}.sig")
    assert run(*check, folder / f"{stem}.txt").stdout == b"Verified OK\n"
    changed = tmp_path / "changed.txt"
    changed.write_text((folder / f"{stem}.txt").read_text().replace("number 1", "number 2"))
    assert run(*check, changed).returncode == 1


def run(*command: Any) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([str(word) for word in command], capture_output=True, check=False)


def test_copies_of_another_machine_may_lag_behind(
    cast: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record("answer.saved", "answer:1", actor=system_actor(), agency_id=cast.agency.pk)
    make_checkpoint(actor=system_actor())
    copies = tmp_path / "copies"
    copies.mkdir()
    for path in folder.iterdir():
        (copies / path.name).write_bytes(path.read_bytes())
    another_day(monkeypatch, 1)
    make_checkpoint(actor=system_actor())
    assert list(verify_trail(copies)) == []
    next(copies.glob("*.txt")).unlink()
    assert [fault.kind for fault in verify_trail(copies)] == ["checkpoint file missing"]


def test_only_the_system_and_the_administrator_make_one(cast: Any) -> None:
    with pytest.raises(Denied):
        make_checkpoint(actor=actor(cast.owner))
