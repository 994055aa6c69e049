"""The room's work in the background."""

from django_tasks import task

from .minutes import keep_minutes
from .models import Decision, Meeting
from .papers import keep_documents


@task(priority=20)
def make_papers(decision_id: int) -> None:
    """Make, sign and keep the papers that the decision lacks."""
    keep_documents(Decision.objects.select_related("assessment__cycle").get(pk=decision_id))


@task(priority=20)
def make_minutes(meeting_id: int) -> None:
    """Make, sign and keep a meeting's minutes, once."""
    keep_minutes(Meeting.objects.get(pk=meeting_id))
