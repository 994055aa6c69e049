"""Putting work into the queue: the row is written in the caller's transaction, with what caused it."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django_tasks.base import Task

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.web.request_id import current_request_id

from .models import Cause, Job, Row


@transaction.atomic(savepoint=False)
def enqueue_task(task: Task[Any, Any], *args: Any, actor: Actor | None = None) -> Row:
    """Run `task(*args)` in a worker once the transaction under way is committed; never without it.

    `args` are JSON values. The task may run more than once: it must be idempotent. The id of the request
    under way goes with it, and `actor`, for whom it is done (`cause_of`).
    """
    result: Any = task.enqueue(*args)
    queued: Row = result.db_result
    Cause.objects.create(task=queued, request_id=current_request_id(), by_id=actor.user_id if actor else None)
    return queued


def cause_of(context: Any) -> Cause:
    """What caused the running task; without a person when nobody is known."""
    found = Cause.objects.select_related("by").filter(pk=context.task_result.id).first()
    return found or Cause(pk=context.task_result.id)


@transaction.atomic
def start_job(task: Task[Any, Any], *args: Any, title: Any, actor: Actor) -> Job:
    """As `enqueue_task`, followed on the person's page of jobs. `task` takes the context: see `job_of`."""
    with translation.override(settings.LANGUAGE_CODE):  # not the language of whoever starts it
        words = str(title)[:200]
    return Job.objects.create(
        task=enqueue_task(task, *args, actor=actor),
        title=words,
        by_id=actor.user_id,
        by_name=actor.name,
        by_roles=actor.role_names,
    )


def job_of(context: Any) -> Job:
    """The job that the running task belongs to."""
    return Job.objects.get(pk=context.task_result.id)
