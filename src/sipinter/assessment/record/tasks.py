"""The room's work in the background."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from sipinter.assessment.decisions.minutes import store_minutes
from sipinter.assessment.decisions.papers import store_decision_documents
from sipinter.foundation.work.periodic import periodic_task

from .models import Decision, Meeting, Presence, WorkbookUpload


@task(priority=20)
def make_papers(decision_id: int) -> None:
    """Make, sign and keep the papers that the decision lacks."""
    store_decision_documents(Decision.objects.select_related("assessment__cycle").get(pk=decision_id))


@periodic_task(timedelta(hours=6))
@task()
def delete_expired_rows() -> None:
    """Delete workbooks that nobody finished comparing, and who had which indicator open."""
    WorkbookUpload.objects.filter(expires_at__lte=timezone.now()).delete()
    Presence.objects.filter(seen_at__lte=timezone.now() - timedelta(hours=1)).delete()


@periodic_task(timedelta(minutes=30))
@task()
def send_reminders() -> int:
    """Remind people of what is assigned to them; how many messages."""
    from sipinter.assessment.selfassessment.reminders import send_due_reminders

    return send_due_reminders()


@task(priority=20)
def make_minutes(meeting_id: int) -> None:
    """Make, sign and keep a meeting's minutes, once."""
    store_minutes(Meeting.objects.get(pk=meeting_id))
