"""What people leave behind goes when its time is up, and a row says how much."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from sipinter.foundation.accounts.models import Invitation, Notification
from sipinter.foundation.accounts.services.invitations import send_invitation
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.verification import verify_trail
from sipinter.foundation.work import periodic
from sipinter.site.config import env
from sipinter.site.operations.models import RetentionRun
from sipinter.site.operations.retention import delete_expired_records
from tests.factories import actor

pytestmark = pytest.mark.django_db
ADDRESS = "wulandari@contoh.go.id"


@pytest.fixture(autouse=True)
def left_behind(cast: Any, settings: Any, tmp_path: Path) -> None:
    """One of each class from now, and one from 400 days ago."""
    settings.PERSON_KEYS, settings.EMAIL_FILE_PATH = tmp_path / "keys", tmp_path
    old = timezone.now() - timedelta(days=400)
    for at in (timezone.now(), old):
        Notification.objects.create(user=cast.owner, subject="x", created_at=at)
        UserSession.objects.create(
            user=cast.owner, ip="127.0.0.1", user_agent="x", session_key=f"{at}", last_seen_at=at
        )
        letter = tmp_path / f"{at:%Y%m%d}.log"
        letter.write_text("x")
        os.utime(letter, (at.timestamp(), at.timestamp()))
    for email in (ADDRESS, "baru@contoh.go.id"):
        send_invitation(cast.agency, email=email, name="Wulandari", role="team", actor=actor(cast.owner))
    Invitation.objects.filter(email=ADDRESS).update(expires_at=old)


def test_what_is_past_its_time_goes_and_the_rest_stays(tmp_path: Path) -> None:
    once = {"sessions": 1, "notifications": 1, "invitations": 1, "mails": 1, "keys": 0}
    assert delete_expired_records.call() == once
    assert delete_expired_records.call() == dict.fromkeys(once, 0)
    assert [run.removed for run in RetentionRun.objects.all()] == [dict.fromkeys(once, 0), once]
    assert (Notification.objects.count(), UserSession.objects.count()) == (1, 1)
    assert len(list(tmp_path.glob("*.log"))) == 1


def test_whoever_did_not_come_is_forgotten_in_the_trail_too(settings: Any, tmp_path: Path) -> None:
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    delete_expired_records.call()
    assert not Invitation.objects.filter(email=ADDRESS).exists()
    shown = [event.shown_changes["email"][1] for event in Event.objects.filter(action="invitation.sent")]
    assert sorted(shown) == ["(erased)", "baru@contoh.go.id"]
    assert {fault.kind for fault in verify_trail()} <= {"stale"}


def test_nought_keeps_a_class_for_good(settings: Any) -> None:
    settings.KEEP_DAYS = dict.fromkeys(settings.KEEP_DAYS, 0)
    assert delete_expired_records.call() == {"keys": 0}
    assert Notification.objects.count() == 2


def test_every_night() -> None:
    name = "sipinter.site.operations.retention.delete_expired_records"
    assert periodic.TABLE[name].every == timedelta(days=1)


@pytest.mark.parametrize("value", ["letters=3", "mails", "mails=-1", "mails=x"])
def test_a_class_that_there_is_not_stops_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPINTER_KEEP_DAYS", value)
    with pytest.raises(ImproperlyConfigured, match="SIPINTER_KEEP_DAYS"):
        env.get_days("SIPINTER_KEEP_DAYS", {"mails": 30})
