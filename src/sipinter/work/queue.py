"""Putting work into the queue: the row is written in the caller's transaction, with what caused it."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django_tasks.base import Task

from sipinter.audit.services import Who

from .models import Job, Row


def later(task: Task[Any, Any], *args: Any) -> Row:
    """Run `task(*args)` in a worker once the transaction under way is committed; never without it.

    `args` are JSON values. The task may run more than once: it must be idempotent.
    """
    result: Any = task.enqueue(*args)
    queued: Row = result.db_result
    return queued


@transaction.atomic
def start_job(task: Task[Any, Any], *args: Any, title: Any, actor: Who) -> Job:
    """As `later`, followed on the person's page of jobs. `task` takes the context: see `job_of`."""
    with translation.override(settings.LANGUAGE_CODE):  # not the language of whoever starts it
        words = str(title)[:200]
    return Job.objects.create(
        task=later(task, *args),
        title=words,
        by_id=actor.user_id,
        by_name=actor.name,
        by_roles=actor.role_names,
    )


def job_of(context: Any) -> Job:
    """The job that the running task belongs to; it is also the acting person (`Who`), as of its start."""
    return Job.objects.get(pk=context.task_result.id)
