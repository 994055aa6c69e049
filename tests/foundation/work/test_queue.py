"""The queue in one process: with the transaction, retries, claims that were lost, periodic tasks."""

import logging
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from structlog.contextvars import get_contextvars

from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.accounts.actor import system_actor_for
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.services import record
from sipinter.foundation.web.request_id import current_request_id, set_request_id
from sipinter.foundation.work import periodic
from sipinter.foundation.work.claims import claim_task, fail_task, finish_task, reclaim_tasks, retry_delay
from sipinter.foundation.work.models import Cause, Schedule, Worker
from sipinter.foundation.work.queries import QueueLength, queue_length
from sipinter.foundation.work.queue import cause_of, enqueue_task
from sipinter.foundation.work.worker import drain_queue
from tests.factories import actor

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
            enqueue_task(seen, "never")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    enqueue_task(seen, "once")
    assert (drain_queue(), SEEN) == (1, ["once"])


def test_it_is_tried_again_with_longer_waits_and_then_ends_as_failed(settings):
    settings.WORK_ATTEMPTS, settings.WORK_BACKOFF = 3, 10
    enqueue_task(broken)
    waits = []
    for _try in range(2):
        assert drain_queue() == 1
        row = DBTaskResult.objects.get()
        waits.append(round((row.run_after - timezone.now()).total_seconds()))
        assert drain_queue() == 0  # not before its time
        DBTaskResult.objects.update(run_after=timezone.now())
    assert waits == [10, 40]
    drain_queue()
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == ("FAILED", "builtins.RuntimeError")
    assert queue_length() == QueueLength(waiting=0, running=0, failed=1)


def test_waits_grow_to_an_hour_at_most(settings):
    settings.WORK_BACKOFF = 5
    assert [retry_delay(n).total_seconds() for n in (0, 1, 2, 3, 9)] == [0, 5, 20, 80, 3600]


def test_what_a_service_refuses_is_not_tried_again():
    enqueue_task(refused)
    drain_queue()
    assert queue_length().failed == 1


def test_a_task_that_is_no_more_ends_as_failed(settings):
    settings.WORK_ATTEMPTS = 1
    enqueue_task(seen, "x")
    DBTaskResult.objects.update(task_path="tests.foundation.work.test_queue.gone")
    drain_queue()
    assert queue_length().failed == 1


def test_the_claim_of_a_silent_worker_is_taken_back_and_the_old_one_changes_nothing(settings):
    enqueue_task(seen, "x")
    lost = claim_task(alive("silent"))
    assert reclaim_tasks() == 0
    Worker.objects.update(beat_at=timezone.now() - timedelta(seconds=settings.WORK_LEASE + 1))
    assert (reclaim_tasks(), reclaim_tasks()) == (1, 0)
    taken = claim_task(alive("other"))
    assert taken.pk == lost.pk
    assert not finish_task(lost, None)
    assert not fail_task(lost, RuntimeError())
    assert DBTaskResult.objects.get().status == "RUNNING"
    assert finish_task(taken, None)
    assert DBTaskResult.objects.get().worker_ids == ["silent", "other"]


def test_a_task_whose_workers_die_ends_as_failed(settings):
    settings.WORK_ATTEMPTS = 2
    enqueue_task(seen, "x")
    for name in ("one", "two"):
        claim_task(alive(name))
        Worker.objects.all().delete()
        assert reclaim_tasks() == 1
    row = DBTaskResult.objects.get()
    assert (row.status, row.exception_class_path) == ("FAILED", "sipinter.foundation.work.claims.WorkerGone")


def test_a_periodic_task_starts_once_a_period():
    periodic.periodic_task(timedelta(hours=1))(hourly)
    assert periodic.queue_due_tasks() == [hourly.module_path]
    assert periodic.queue_due_tasks() == []
    drain_queue()
    Schedule.objects.update(due_at=timezone.now() - timedelta(hours=5))
    assert periodic.queue_due_tasks() == [hourly.module_path]
    drain_queue()
    assert SEEN == ["hourly", "hourly"]


def test_a_periodic_task_does_not_pile_up():
    periodic.periodic_task(timedelta(hours=1))(hourly)
    periodic.queue_due_tasks()
    Schedule.objects.update(due_at=timezone.now())
    assert periodic.queue_due_tasks() == []
    assert queue_length().waiting == 1


@task(takes_context=True)
def telling(context) -> None:
    cause = cause_of(context)
    record("test.told", "task:1", actor=system_actor_for(cause))
    logging.getLogger("sipinter.foundation.work").warning("within")
    enqueue_task(seen, "afterwards")
    if context.task_result.attempts < 2:
        raise RuntimeError


def test_a_task_carries_its_request_and_its_person_through_every_try(cast, settings):
    settings.WORK_BACKOFF = 0
    bound = []

    def look(_record) -> bool:
        bound.append(dict(get_contextvars()))
        return True

    logger = logging.getLogger("sipinter.foundation.work")
    logger.addFilter(look)
    set_request_id("permintaan-0003")
    row = enqueue_task(telling, actor=actor(cast.owner))
    set_request_id("")
    while drain_queue():
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    logger.removeFilter(look)
    told = Event.objects.filter(action="test.told")
    assert [(e.request_id, e.actor_role, e.on_behalf_of_id) for e in told] == [
        ("permintaan-0003", "system", cast.owner.pk)
    ] * 2
    ours = [b for b in bound if b.get("task_id") == str(row.pk)]
    assert {b["request_id"] for b in ours} == {"permintaan-0003"}
    caused = Cause.objects.filter(task__task_path=seen.module_path)
    assert set(caused.values_list("request_id", "by")) == {("permintaan-0003", None)}
    assert (current_request_id(), get_contextvars()) == ("", {})


def test_a_task_that_nobody_asked_for_bears_its_own_number():
    row = enqueue_task(telling)
    drain_queue()
    (event,) = Event.objects.all()
    assert (event.request_id, event.on_behalf_of_id) == (row.pk.hex, None)


def test_a_periodic_task_without_use_is_not_started():
    useful = False
    periodic.periodic_task(timedelta(hours=1), when=lambda: useful)(hourly)
    assert periodic.queue_due_tasks() == []
    useful = True
    assert periodic.queue_due_tasks() == [hourly.module_path]
