"""The room's work in the background."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from sipinter.assessment.record.models import Presence, WorkbookUpload
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task

from .reminders import send_due_reminders


@periodic_task(timedelta(hours=6))
@queued_before_as("sipinter.assessments.tasks.forget_passing")
@task()
def delete_expired_rows() -> None:
    """Delete workbooks that nobody finished comparing, and who had which indicator open."""
    WorkbookUpload.objects.filter(expires_at__lte=timezone.now()).delete()
    Presence.objects.filter(seen_at__lte=timezone.now() - timedelta(hours=1)).delete()


@periodic_task(timedelta(minutes=30))
@queued_before_as("sipinter.assessments.tasks.send_reminders")
@task()
def send_reminders() -> int:
    """Remind people of what is assigned to them; how many messages."""
    return send_due_reminders()
