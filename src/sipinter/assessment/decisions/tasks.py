"""The room's work in the background."""

from django_tasks import task

from sipinter.assessment.record.models import Decision, Meeting
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.queue import enqueue_task

from .announcements import CORRECTED, DECIDED
from .minutes import store_minutes
from .papers import store_decision_documents


@queued_before_as("sipinter.assessments.tasks.make_papers")
@task(priority=20)
def make_papers(decision_id: int) -> None:
    """Make, sign and keep the papers that the decision lacks."""
    store_decision_documents(Decision.objects.select_related("assessment__cycle").get(pk=decision_id))


@DECIDED.subscribe
@CORRECTED.subscribe
def queue_papers(decision: Decision, actor: Actor) -> None:
    """A worker makes the papers of every decision."""
    enqueue_task(make_papers, decision.pk, actor=actor)


@queued_before_as("sipinter.assessments.tasks.make_minutes")
@task(priority=20)
def make_minutes(meeting_id: int) -> None:
    """Make, sign and keep a meeting's minutes, once."""
    store_minutes(Meeting.objects.get(pk=meeting_id))
