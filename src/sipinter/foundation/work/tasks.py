"""The queue's own task: old entries go."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus, task

from .earlier_paths import queued_before_as
from .models import Row, Worker
from .periodic import periodic_task

KEEP = timedelta(days=7)
KEEP_JOBS = timedelta(days=180)


@periodic_task(timedelta(days=1))
@queued_before_as("sipinter.work.tasks.forget_finished")
@task()
def delete_finished_tasks() -> int:
    """Delete what ended well a week ago (jobs: half a year) and workers long gone; failures stay."""
    now = timezone.now()
    done = Row.objects.filter(status=TaskResultStatus.SUCCESSFUL)
    Worker.objects.filter(beat_at__lt=now - KEEP).delete()
    gone, _by_kind = done.filter(job__isnull=True, finished_at__lt=now - KEEP).delete()
    jobs, _by_kind = done.filter(finished_at__lt=now - KEEP_JOBS).delete()
    return gone + jobs
