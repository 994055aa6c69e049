"""The daily checkpoint, made by the queue."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from sipinter.foundation.audit.checkpoints import checkpoint_stem
from sipinter.foundation.audit.models import Checkpoint, Event
from sipinter.foundation.audit.services import record
from sipinter.foundation.work import periodic
from sipinter.foundation.work.models import Schedule
from sipinter.foundation.work.worker import drain_queue
from tests.conftest import Cast
from tests.factories import actor

pytestmark = pytest.mark.django_db
NAME = "sipinter.site.trail.tasks.sign_checkpoint"


def an_hour_later() -> list[str]:
    Schedule.objects.update(due_at=timezone.now() + timedelta(hours=1))
    Schedule.objects.filter(pk=NAME).update(due_at=timezone.now())
    return periodic.queue_due_tasks()


def test_one_a_day_with_its_files_however_often_the_queue_asks(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.CHECKPOINTS = tmp_path
    record("answer.saved", "answer:1", actor=actor(cast.owner), agency_id=cast.agency.pk)
    assert NAME in periodic.queue_due_tasks()
    drain_queue()
    made = Checkpoint.objects.get()
    assert Event.objects.get(action="audit.checkpoint_made").actor_role == "system"
    (tmp_path / f"{checkpoint_stem(made)}.txt").unlink()
    assert an_hour_later() == [NAME]
    drain_queue()
    assert Checkpoint.objects.get() == made
    assert (tmp_path / f"{checkpoint_stem(made)}.txt").read_text() == made.text


def test_without_a_signing_key_none_is_begun(settings: Settings) -> None:
    settings.SIGNING_PKCS12, settings.SIGNING_SELF_MADE = "", False
    assert NAME not in periodic.queue_due_tasks()
