"""The room's work in the background."""

from django.conf import settings
from django_tasks import TaskContext, task

from sipinter.assessment.record.models import Decision, Meeting, PublicationRequest
from sipinter.assessment.record.queries.decisions import is_published
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.actor import system_actor_for
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.queue import cause_of, enqueue_task

from .announcements import CLOSED, CONFIRMED, CORRECTED, DECIDED
from .minutes import store_minutes
from .papers import missing_document_kinds, store_decision_documents
from .services.decisions import publish_confirmed_decision


@queued_before_as("sipinter.assessments.tasks.make_papers")
@task(priority=20)
def make_papers(decision_id: int) -> None:
    """Make, sign and keep the papers that the decision lacks."""
    store_decision_documents(Decision.objects.select_related("assessment__cycle").get(pk=decision_id))


@DECIDED.subscribe
@CORRECTED.subscribe
def queue_papers(decision: Decision, actor: Actor) -> None:
    """A worker makes the papers of every decision; where it takes two, once both have said so."""
    if settings.SIGNING_REMOTE_URL:  # an official signs them, on their page
        return
    if not settings.PUBLICATION_BY_TWO or is_published(decision):
        enqueue_task(make_papers, decision.pk, actor=actor)


@task(priority=20, takes_context=True)
def publish_confirmed(context: TaskContext, request_id: int) -> None:
    """Have the papers signed and publish what two people have agreed on."""
    asked = PublicationRequest.objects.select_related("decision__assessment__cycle").get(pk=request_id)
    publish_confirmed_decision(asked.decision, actor=system_actor_for(cause_of(context)))


@CONFIRMED.subscribe
def queue_publication(asked: PublicationRequest, actor: Actor) -> None:
    """At once, and again while signing does not answer; after an official has signed, where one has to."""
    if not (settings.SIGNING_REMOTE_URL and missing_document_kinds(asked.decision)):
        enqueue_task(publish_confirmed, asked.pk, actor=actor)


@queued_before_as("sipinter.assessments.tasks.make_minutes")
@task(priority=20)
def make_minutes(meeting_id: int) -> None:
    """Make, sign and keep a meeting's minutes, once."""
    store_minutes(Meeting.objects.get(pk=meeting_id))


@CLOSED.subscribe
def queue_minutes(meeting: Meeting, actor: Actor) -> None:
    """A worker makes the minutes of every meeting."""
    enqueue_task(make_minutes, meeting.pk)
