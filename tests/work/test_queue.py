"""The queue in one process: with the transaction, retries, claims that were lost, periodic tasks."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from sipinter.web.errors import NotNow
from sipinter.work import periodic
from sipinter.work.claims import claim, delay, fail, finish, reclaim
from sipinter.work.models import Schedule, Worker
from sipinter.work.queries import Length, queue_length
from sipinter.work.queue import later
from sipinter.work.worker import drain

pytestmark = pytest.mark.django_db
SEEN: list[str] = []


@task()
def seen(word: str) -> None:
    SEEN.append(word)


@task()
def broken() -> None:
    raise RuntimeError("out of order")


@task()
def refused() -> None:
    raise NotNow("Belum waktunya.")


@task()
def hourly() -> None:
    SEEN.append("hourly")


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    SEEN.clear()
    monkeypatch.setattr(periodic, "TABLE", {})


def alive(name: str) -> str:
    return Worker.objects.create(pk=name).pk


def test_a_task_is_part_of_the_transaction_that_caused_it():
    def fails():
        with transaction.atomic():
            later(seen, "never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    later(seen, "once")
    assert (drain(), SEEN) == (1, ["once"])


def test_it_is_tried_again_with_longer_waits_and_then_ends_as_failed(settings):
    settings.WORK_ATTEMPTS, settings.WORK_BACKOFF = 3, 10
    later(broken)
    waits = []
    for _try in range(2):
        assert drain() == 1
        row = DBTaskResult.objects.get()
        waits.append(round((row.run_after - timezone.now()).total_seconds()))
        assert drain() == 0  # not before its time
        DBTaskResult.objects.update(run_after=timezone.now())
    assert waits == [10, 40]
    drain()
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == ("FAILED", "builtins.RuntimeError")
    assert queue_length() == Length(waiting=0, running=0, failed=1)


def test_waits_grow_to_an_hour_at_most(settings):
    settings.WORK_BACKOFF = 5
    assert [delay(n).total_seconds() for n in (0, 1, 2, 3, 9)] == [0, 5, 20, 80, 3600]


def test_what_a_service_refuses_is_not_tried_again():
    later(refused)
    drain()
    assert queue_length().failed == 1


def test_a_task_that_is_no_more_ends_as_failed(settings):
    settings.WORK_ATTEMPTS = 1
    later(seen, "x")
    DBTaskResult.objects.update(task_path="tests.work.test_queue.gone")
    drain()
    assert queue_length().failed == 1


def test_the_claim_of_a_silent_worker_is_taken_back_and_the_old_one_changes_nothing(settings):
    later(seen, "x")
    lost = claim(alive("silent"))
    assert reclaim() == 0
    Worker.objects.update(beat_at=timezone.now() - timedelta(seconds=settings.WORK_LEASE + 1))
    assert (reclaim(), reclaim()) == (1, 0)
    taken = claim(alive("other"))
    assert taken.pk == lost.pk
    assert not finish(lost, None)
    assert not fail(lost, RuntimeError())
    assert DBTaskResult.objects.get().status == "RUNNING"
    assert finish(taken, None)
    assert DBTaskResult.objects.get().worker_ids == ["silent", "other"]


def test_a_task_whose_workers_die_ends_as_failed(settings):
    settings.WORK_ATTEMPTS = 2
    later(seen, "x")
    for name in ("one", "two"):
        claim(alive(name))
        Worker.objects.all().delete()
        assert reclaim() == 1
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == ("FAILED", "sipinter.work.claims.WorkerGone")


def test_a_periodic_task_starts_once_a_period():
    periodic.periodically(timedelta(hours=1))(hourly)
    assert periodic.start_due() == [hourly.module_path]
    assert periodic.start_due() == []
    drain()
    Schedule.objects.update(due_at=timezone.now() - timedelta(hours=5))
    assert periodic.start_due() == [hourly.module_path]
    drain()
    assert SEEN == ["hourly", "hourly"]


def test_a_periodic_task_does_not_pile_up():
    periodic.periodically(timedelta(hours=1))(hourly)
    periodic.start_due()
    Schedule.objects.update(due_at=timezone.now())
    assert periodic.start_due() == []
    assert queue_length().waiting == 1
