"""What was queued or planned before a task moved is still done, and once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from sipinter.foundation.accounts.mail import Letter, send_letters_on_commit
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work import periodic
from sipinter.foundation.work.claims import claim_task, reclaim_tasks
from sipinter.foundation.work.earlier_paths import known_paths, present_path, queued_before_as
from sipinter.foundation.work.models import QueuedTask, Schedule
from sipinter.foundation.work.queries import queue_length
from sipinter.foundation.work.queue import enqueue_task
from sipinter.foundation.work.services import retry_task
from sipinter.foundation.work.worker import drain_queue
from tests.factories import actor, client_for, make_agency, make_user

pytestmark = pytest.mark.django_db
EARLIER = "tests.gone.tasks.hourly"
LETTER = "sipinter.accounts.tasks.send_letter"
DONE: list[str] = []

# Every task of the first layout of the package: databases and backups of that time name them.
FIRST_LAYOUT = [
    "sipinter.accounts.tasks.forget_counts",
    "sipinter.accounts.tasks.forget_sessions",
    "sipinter.accounts.tasks.send_digests",
    "sipinter.accounts.tasks.send_letter",
    "sipinter.agencies.tasks.import_file",
    "sipinter.assessments.tasks.forget_passing",
    "sipinter.assessments.tasks.make_minutes",
    "sipinter.assessments.tasks.make_papers",
    "sipinter.assessments.tasks.send_reminders",
    "sipinter.evidence.tasks.forget_uploads",
    "sipinter.evidence.tasks.read_text",
    "sipinter.evidence.tasks.read_waiting",
    "sipinter.evidence.tasks.scan_file",
    "sipinter.evidence.tasks.scan_waiting",
    "sipinter.national.tasks.load_published",
    "sipinter.trail.tasks.daily_checkpoint",
    "sipinter.work.tasks.forget_finished",
]


@queued_before_as(EARLIER)
@task()
def hourly(word: str = "hourly") -> None:
    DONE.append(word)


@task()
def another() -> None: ...


@pytest.fixture(autouse=True)
def _only_hourly(monkeypatch):
    DONE.clear()
    monkeypatch.setattr(periodic, "TABLE", {})
    periodic.periodic_task(timedelta(hours=1))(hourly)


def under_earlier_path() -> None:
    DBTaskResult.objects.update(task_path=EARLIER)


@pytest.mark.parametrize("path", FIRST_LAYOUT)
def test_every_task_of_the_first_layout_is_found(path):
    found = import_string(present_path(path))
    assert isinstance(found, Task)
    assert path in known_paths(found.module_path)


def test_two_tasks_never_share_an_earlier_path():
    with pytest.raises(ValueError, match=EARLIER):
        queued_before_as(EARLIER)(another)
    queued_before_as(EARLIER)(hourly)  # read twice by whoever reloads


def test_what_waits_under_an_earlier_path_is_done():
    enqueue_task(hourly, "once")
    under_earlier_path()
    assert (drain_queue(), DONE) == (1, ["once"])
    row = DBTaskResult.objects.get()
    assert (row.status, row.task_path) == ("SUCCESSFUL", EARLIER)


def test_what_a_dead_worker_held_is_taken_back_and_done():
    enqueue_task(hourly, "again")
    under_earlier_path()
    claim_task("dead")
    assert reclaim_tasks() == 1
    assert (drain_queue(), DONE) == (1, ["again"])


def test_a_plan_under_an_earlier_path_counts():
    plan = Schedule.objects.create(pk=EARLIER, due_at=timezone.now() + timedelta(minutes=5))
    assert periodic.queue_due_tasks() == []
    Schedule.objects.filter(pk=plan.pk).update(due_at=timezone.now())
    assert periodic.queue_due_tasks() == [hourly.module_path]
    drain_queue()
    assert periodic.queue_due_tasks() == []
    assert DONE == ["hourly"]


def test_what_is_unfinished_under_an_earlier_path_is_not_started_beside_it():
    Schedule.objects.create(pk=EARLIER, due_at=timezone.now())
    enqueue_task(hourly)
    under_earlier_path()
    assert periodic.queue_due_tasks() == []
    assert queue_length().waiting == 1


def test_people_read_the_present_path(settings):
    administrator = make_user("Citra Lestari", ("administrator", make_agency("Badan Contoh", "lembaga")))
    settings.WORK_ATTEMPTS = 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    send_letters_on_commit([Letter("putri@contoh.go.id", "Undangan", "Isi")])
    DBTaskResult.objects.update(task_path=LETTER)
    drain_queue()
    shown = client_for(administrator).get("/pekerjaan/").content.decode()
    assert "foundation.accounts.mail.send_letter" in shown
    assert "accounts.tasks" not in shown
    retry_task(QueuedTask.objects.get(), actor=actor(administrator))
    told = Event.objects.get(action="task.tried_again")
    assert told.changes["task"] == ["sipinter.foundation.accounts.mail.send_letter"] * 2
