"""Who holds which task: taken, ended, tried again, taken back. Every change is compare-and-set.

A claim is known by (task, RUNNING, started_at). Whoever lost it changes nothing any more.
"""

import logging
from datetime import timedelta
from traceback import format_exception
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import get_date_max

from sipinter.foundation.access.errors import NotAnswering, Refused

from .earlier_paths import present_path
from .models import Job, Row, Worker

logger = logging.getLogger("sipinter.foundation.work")


class WorkerGone(Exception):
    """The worker ended or fell silent while it held the task."""


def claim_task(worker_id: str) -> Row | None:
    """Take the first task that is ready, under its present path; None when there is none."""
    ready = Row.objects.ready().filter(backend_name="default")
    if not ready.exists():  # without a lock: an idle worker does not hold up SQLite's writers
        return None
    with transaction.atomic():
        task = ready.get_locked()
        if task is not None:
            task.claim(worker_id)
            task.task_path = present_path(task.task_path)  # for who runs it; the row stays as it is
    return task


def finish_task(task: Row, value: Any) -> bool:
    """Note that it is done. What it was given is erased: it may be a person's letter."""
    return _change(
        task,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=timezone.now(),
        return_value=value,
        args_kwargs={"args": [], "kwargs": {}},
        exception_class_path="",
        traceback="",
    )


def fail_task(task: Row, error: Exception) -> bool:
    """Try again later, or end as failed: after the last try, or at once when a service refused.

    What does not answer at the moment may do so later.
    """
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    refused = isinstance(error, Refused) and not isinstance(error, NotAnswering)
    final = refused or len(task.worker_ids) >= settings.WORK_ATTEMPTS
    logger.log(
        logging.ERROR if final else logging.WARNING,
        "task=%s id=%s try=%s error=%s %s",
        task.task_path,
        task.pk,
        len(task.worker_ids),
        kind,
        "gave up" if final else "will be tried again",
    )
    fields = {"exception_class_path": kind, "traceback": "".join(format_exception(error))}
    if isinstance(error, Refused):
        Job.objects.filter(pk=task.pk).update(sentence=str(error)[:500])
    return _end(task, fields) if final else _again(task, len(task.worker_ids), fields)


def reclaim_tasks() -> int:
    """Free what workers hold whose lease is over; how many tasks. Any worker may do it, several at once."""
    running = list(Row.objects.running())
    if not running:
        return 0
    # Read after the tasks: a worker is on the list before it takes its first.
    alive = set(Worker.objects.alive().values_list("pk", flat=True))
    return sum(_take_back(task) for task in running if task.worker_ids[-1] not in alive)


def retry_delay(tries: int) -> timedelta:
    """How long to wait after so many tries: four times longer each time, one hour at most."""
    return timedelta(seconds=min(settings.WORK_BACKOFF * 4 ** max(tries - 1, 0), 3600) if tries else 0)


def _take_back(task: Row) -> bool:
    fields = {"exception_class_path": f"{__name__}.{WorkerGone.__name__}", "traceback": ""}
    tries = len(task.worker_ids)
    task.task_path = present_path(task.task_path)
    logger.warning("task=%s id=%s try=%s its worker is gone", task.task_path, task.pk, tries)
    if tries >= settings.WORK_ATTEMPTS:
        return _end(task, fields)
    return _again(task, tries - 1, fields)  # the first time at once: a restart is no fault of the task


def _again(task: Row, tries: int, fields: dict[str, Any]) -> bool:
    wait = retry_delay(tries)
    due = timezone.now() + wait if wait else get_date_max()  # the queue's way to say: at once
    return _change(task, status=TaskResultStatus.READY, run_after=due, **fields)


def _end(task: Row, fields: dict[str, Any]) -> bool:
    return _change(task, status=TaskResultStatus.FAILED, finished_at=timezone.now(), **fields)


def _change(task: Row, **fields: Any) -> bool:
    held = Row.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at)
    changed = bool(held.update(**fields))
    if not changed:
        logger.warning("task=%s id=%s was taken back meanwhile", task.task_path, task.pk)
    return changed
