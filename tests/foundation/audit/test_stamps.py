"""Checkpoints are stamped by a foreign authority: a real one on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from deploy.tsa import TimestampAuthority, timestamp_authority
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.audit import places, stamps
from sipinter.foundation.audit.checkpoints import checkpoint_stem, make_checkpoint
from sipinter.foundation.audit.models import Checkpoint, CheckpointStamp
from sipinter.foundation.audit.services import record
from sipinter.foundation.audit.verification import verify_trail
from sipinter.foundation.documents.signing.timestamps import NoTimestamp, verify_stamp

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Iterator[TimestampAuthority]:
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    with timestamp_authority(tmp_path) as running:
        settings.SIGNING_TIMESTAMP_URL = running.url
        settings.SIGNING_TIMESTAMP_AUTHORITY = str(running.pem)
        yield running


@pytest.fixture
def two(authority: TimestampAuthority, cast: Any) -> list[Checkpoint]:
    return [make_one(cast), make_one(cast)]


def make_one(cast: Any) -> Checkpoint:
    record("answer.saved", "answer:1", actor=system_actor(), agency_id=cast.agency.pk)
    made = make_checkpoint(actor=system_actor())
    stamps.stamp_checkpoints()
    return made


def kinds() -> set[str]:
    return {fault.kind for fault in verify_trail()}


def test_each_is_stamped_once_and_the_stamp_lies_beside_it(two: list[Checkpoint], settings: Any) -> None:
    assert CheckpointStamp.objects.count() == 2
    assert not stamps.has_checkpoints_to_stamp()
    for made in two:
        token = (Path(settings.CHECKPOINTS) / f"{checkpoint_stem(made)}.tsr").read_bytes()
        assert verify_stamp(token, bytes.fromhex(made.sha256)) <= timezone.now() + timedelta(seconds=2)
    assert kinds() == set()


def test_one_made_later_with_an_earlier_date_cannot_be_stamped_for_it(
    authority: TimestampAuthority, cast: Any
) -> None:
    authority.moment = datetime.now(UTC) + timedelta(days=30)
    make_one(cast)
    assert kinds() == {"stamped late"}


def test_another_s_stamp_and_a_missing_one_are_found(
    two: list[Checkpoint], cast: Any, monkeypatch: Any
) -> None:
    first = CheckpointStamp.objects.get(checkpoint=two[0])
    second = CheckpointStamp.objects.filter(checkpoint=two[1])
    second.update(token=first.token)
    assert kinds() == {"stamp wrong"}
    second.delete()
    assert kinds() == set()  # it may still come
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "not stamped" in kinds()


def test_an_authority_that_is_away_keeps_no_checkpoint_from_being_made(
    authority: TimestampAuthority, cast: Any
) -> None:
    authority.answer = "error"
    record("answer.saved", "answer:1", actor=system_actor(), agency_id=cast.agency.pk)
    make_checkpoint(actor=system_actor())
    with pytest.raises(NoTimestamp):
        stamps.stamp_checkpoints()
    assert stamps.has_checkpoints_to_stamp()
    authority.answer = "granted"
    assert stamps.stamp_checkpoints() == 1


def test_what_is_pushed_goes_with_its_stamp(
    authority: TimestampAuthority, cast: Any, settings: Any, tmp_path: Path
) -> None:
    there = tmp_path / "worm"
    there.mkdir()
    settings.CHECKPOINT_PLACES = [{"kind": "folder", "name": "x", "folder": str(there)}]
    record("answer.saved", "answer:1", actor=system_actor(), agency_id=cast.agency.pk)
    made = make_checkpoint(actor=system_actor())
    places.deliver_checkpoints()
    assert list(there.iterdir()) == []
    stamps.stamp_checkpoints()
    places.deliver_checkpoints()
    assert (there / f"{checkpoint_stem(made)}.tsr").exists()
