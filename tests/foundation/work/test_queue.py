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
from sipinter.foundation.accounts.actor import system_for
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.services import record
from sipinter.foundation.web.request_id import current_request_id, set_request_id
from sipinter.foundation.work import periodic
from sipinter.foundation.work.claims import claim, delay, fail, finish, reclaim
from sipinter.foundation.work.models import Cause, Schedule, Worker
from sipinter.foundation.work.queries import Length, queue_length
from sipinter.foundation.work.queue import cause_of, later
from sipinter.foundation.work.worker import drain
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
    DBTaskResult.objects.update(task_path="tests.foundation.work.test_queue.gone")
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
    assert (row.status, row.exception_class_path) == ("FAILED", "sipinter.foundation.work.claims.WorkerGone")


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


@task(takes_context=True)
def telling(context) -> None:
    cause = cause_of(context)
    record("test.told", "task:1", actor=system_for(cause))
    logging.getLogger("sipinter.foundation.work").warning("within")
    later(seen, "afterwards")
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
    row = later(telling, actor=actor(cast.owner))
    set_request_id("")
    while drain():
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
    row = later(telling)
    drain()
    (event,) = Event.objects.all()
    assert (event.request_id, event.on_behalf_of_id) == (row.pk.hex, None)


def test_a_periodic_task_without_use_is_not_started():
    useful = False
    periodic.periodically(timedelta(hours=1), when=lambda: useful)(hourly)
    assert periodic.start_due() == []
    useful = True
    assert periodic.start_due() == [hourly.module_path]
