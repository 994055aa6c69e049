"""Periodic tasks: a small table; whichever worker comes first starts what is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.base import Task

from .earlier_paths import known_paths, present_path
from .models import Row, Schedule
from .queue import enqueue_task


@dataclass(frozen=True)
class PeriodicTask:
    """A task without arguments, how often it is started, and whether this site has any use of it."""

    every: timedelta
    task: Task[Any, Any]
    when: Callable[[], bool]


TABLE: dict[str, PeriodicTask] = {}


def periodic_task(
    every: timedelta, *, when: Callable[[], bool] = lambda: True
) -> Callable[[Task[Any, Any]], Task[Any, Any]]:
    """Put the task below into the table, under its path; it is started only while `when()`."""

    def register(task: Task[Any, Any]) -> Task[Any, Any]:
        TABLE[task.module_path] = PeriodicTask(every, task, when)
        return task

    return register


def queue_due_tasks() -> list[str]:
    """Put what is due into the queue, once among all workers; the names of what was put there."""
    now = timezone.now()
    later = Schedule.objects.filter(due_at__gt=now).values_list("pk", flat=True)
    waiting = {present_path(name) for name in later}  # also what was planned under an earlier path
    due = [(name, entry) for name, entry in TABLE.items() if name not in waiting and entry.when()]
    return [name for name, entry in due if _start(name, entry)]


@transaction.atomic
def _start(name: str, entry: PeriodicTask) -> bool:
    now = timezone.now()
    row, _made = Schedule.objects.get_or_create(pk=name, defaults={"due_at": now})
    same = Schedule.objects.filter(pk=name, due_at=row.due_at, due_at__lte=now)
    if not same.update(due_at=now + entry.every):
        return False  # another worker was first
    unfinished = Row.objects.filter(
        task_path__in=known_paths(name), status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING]
    )
    if unfinished.exists():
        return False
    enqueue_task(entry.task)
    return True
