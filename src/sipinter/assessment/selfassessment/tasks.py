"""The room's work in the background."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from sipinter.assessment.record.models import Presence, WorkbookUpload
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.evidence.judging.services import FILE_REFUSED
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task
from sipinter.foundation.work.queue import enqueue_task

from .refused_files import tell_about_refused_file
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


@task()
def tell_about_refusal(evidence_id: int) -> None:
    """Tell those whom the refusal of a file that was sent in concerns."""
    tell_about_refused_file(evidence_id)


@FILE_REFUSED.subscribe
def queue_telling(evidence: Evidence, actor: Actor) -> None:
    """A worker tells keeper, uploader and verifier of what was sent in."""
    if evidence.is_submitted:
        enqueue_task(tell_about_refusal, evidence.pk, actor=actor)
