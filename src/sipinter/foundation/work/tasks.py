"""The queue's own task: old entries go."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import TaskResultStatus, task

from .earlier_paths import queued_before_as
from .models import Row, Worker
from .periodic import periodic_task

LOST = timedelta(days=7)  # a worker that has not been heard of for so long


@periodic_task(timedelta(days=1))
@queued_before_as("sipinter.work.tasks.forget_finished")
@task()
def delete_finished_tasks() -> int:
    """Delete what ended as long ago as SIPINTER_KEEP_DAYS says, and workers long gone; how many tasks."""
    Worker.objects.filter(beat_at__lt=timezone.now() - LOST).delete()
    done = Row.objects.filter(status=TaskResultStatus.SUCCESSFUL)
    failed = Row.objects.filter(status=TaskResultStatus.FAILED)
    rows = (
        ("tasks", done.filter(job__isnull=True)),
        ("jobs", done.filter(job__isnull=False)),
        ("failed_tasks", failed),
    )
    gone = 0
    for kind, found in rows:
        if days := settings.KEEP_DAYS[kind]:
            gone += found.filter(finished_at__lt=timezone.now() - timedelta(days=days)).delete()[0]
    return gone
