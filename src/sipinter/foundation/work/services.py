"""Writing to the queue by hand."""

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.models import get_date_max

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied, NotNow
from sipinter.foundation.audit.services import record

from .models import Job, QueuedTask


@transaction.atomic
def retry_task(task: QueuedTask, *, actor: Actor) -> None:
    """Put a failed task back into the queue, with all its tries before it.

    Denied for whoever may not see it, NotNow unless it has failed.
    """
    if not QueuedTask.objects.visible_to(actor).filter(pk=task.pk).exists():
        raise Denied(_("Only who started it, or the national administrator, has it tried again."))
    failed = QueuedTask.objects.filter(pk=task.pk, status=TaskResultStatus.FAILED)
    changed = failed.update(
        status=TaskResultStatus.READY,
        run_after=get_date_max(),
        worker_ids=[],
        finished_at=None,
        exception_class_path="",
        traceback="",
    )
    if not changed:
        raise NotNow(_("It has not failed: there is nothing to try again."))
    Job.objects.filter(pk=task.pk).update(percent=0, sentence="", report=[])
    path = task.present_path
    record("task.tried_again", f"task:{task.pk}", actor=actor, changes={"task": [path, path]})
