"""Reading the queue."""

from dataclasses import dataclass

from django.db.models import Case, Min, When
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import get_date_max

from sipinter.foundation.access.actor import Actor

from .models import QueuedTask, QueuedTaskQuerySet, Row, oversees_tasks

UNFINISHED = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


@dataclass(frozen=True)
class QueueLength:
    """Tasks that wait (also for their next try), run, and have failed for good."""

    waiting: int
    running: int
    failed: int


def queue_length() -> QueueLength:
    """How full the queue is (one query)."""
    kept = Row.objects.exclude(status=TaskResultStatus.SUCCESSFUL).order_by()
    found = list(kept.values_list("status", flat=True))
    return QueueLength(
        found.count(TaskResultStatus.READY),
        found.count(TaskResultStatus.RUNNING),
        found.count(TaskResultStatus.FAILED),
    )


def oldest_wait_seconds() -> float:
    """For how many seconds the oldest task has been due without a worker taking it; 0 when none is."""
    due = Case(When(run_after=get_date_max(), then="enqueued_at"), default="run_after")
    since = Row.objects.ready().order_by().aggregate(since=Min(due))["since"]
    return max((timezone.now() - since).total_seconds(), 0.0) if since else 0.0


def jobs_of(actor: Actor) -> QueuedTaskQuerySet:
    """What the page of jobs lists, newest first: one's own jobs; for an administrator everybody's."""
    rows = QueuedTask.objects.visible_to(actor).select_related("job")
    return rows.filter(job__isnull=False).order_by("-enqueued_at", "pk")


def failed_tasks(actor: Actor) -> QueuedTaskQuerySet:
    """Tasks without a job that have failed for good: nobody but an administrator would notice them."""
    if not oversees_tasks(actor):
        return QueuedTask.objects.none()
    failed = QueuedTask.objects.visible_to(actor).filter(status=TaskResultStatus.FAILED)
    return failed.filter(job__isnull=True).order_by("-finished_at", "pk")
