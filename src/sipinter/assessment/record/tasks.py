"""The room's work in the background."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from sipinter.assessment.decisions.minutes import keep_minutes
from sipinter.assessment.decisions.papers import keep_documents
from sipinter.foundation.work.periodic import periodically

from .models import Decision, Meeting, Presence, WorkbookUpload


@task(priority=20)
def make_papers(decision_id: int) -> None:
    """Make, sign and keep the papers that the decision lacks."""
    keep_documents(Decision.objects.select_related("assessment__cycle").get(pk=decision_id))


@periodically(timedelta(hours=6))
@task()
def forget_passing() -> None:
    """Delete workbooks that nobody finished comparing, and who had which indicator open."""
    WorkbookUpload.objects.filter(expires_at__lte=timezone.now()).delete()
    Presence.objects.filter(seen_at__lte=timezone.now() - timedelta(hours=1)).delete()


@periodically(timedelta(minutes=30))
@task()
def send_reminders() -> int:
    """Remind people of what is assigned to them; how many messages."""
    from sipinter.assessment.selfassessment.reminders import (
        remind,  # which tells people by services that queue the task above
    )

    return remind()


@task(priority=20)
def make_minutes(meeting_id: int) -> None:
    """Make, sign and keep a meeting's minutes, once."""
    keep_minutes(Meeting.objects.get(pk=meeting_id))
