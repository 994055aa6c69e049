"""The room's work in the background."""

from datetime import timedelta

from django_tasks import task

from sipinter.work.periodic import periodically

from .models import Decision
from .papers import keep_documents


@task(priority=20)
def make_papers(decision_id: int) -> None:
    """Make, sign and keep the papers that the decision lacks."""
    keep_documents(Decision.objects.select_related("assessment__cycle").get(pk=decision_id))


@periodically(timedelta(minutes=30))
@task()
def send_reminders() -> int:
    """Remind people of what is assigned to them; how many messages."""
    from .reminders import remind  # which tells people by services that queue the task above

    return remind()
