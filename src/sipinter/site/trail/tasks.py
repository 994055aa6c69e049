"""The room's work in the background."""

from datetime import timedelta

from django.conf import settings
from django_tasks import task

from sipinter.assessment.decisions.announcements import CORRECTED, DECIDED
from sipinter.assessment.record.models import Decision
from sipinter.foundation.access.actor import Actor, system_actor
from sipinter.foundation.audit import places, stamps
from sipinter.foundation.audit.checkpoints import make_checkpoint
from sipinter.foundation.audit.refusals import close_refusals
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task
from sipinter.foundation.work.queue import enqueue_task


@periodic_task(timedelta(minutes=15))
@task()
def close_hours_of_refusals() -> None:
    """Have the trail vouch for the refused attempts of every hour that is over."""
    close_refusals(actor=system_actor())


def has_signing_key() -> bool:
    """Whether a checkpoint could be signed; `sipinter check` says when it could not."""
    return bool(
        settings.SIGNING_PKCS12
        or settings.SIGNING_PKCS11
        or settings.SIGNING_SOCKET
        or settings.SIGNING_SELF_MADE
    )


@periodic_task(timedelta(minutes=5), when=has_signing_key)
@queued_before_as("sipinter.site.trail.tasks.daily_checkpoint")
@queued_before_as("sipinter.trail.tasks.daily_checkpoint")
@task()
def sign_checkpoint(only_due: bool = True) -> None:
    """Sign where the audit trail stands; `only_due`: when enough has happened since the last checkpoint."""
    make_checkpoint(actor=system_actor(), only_due=only_due)


@periodic_task(timedelta(minutes=1), when=stamps.has_checkpoints_to_stamp)
@task()
def stamp_checkpoints() -> int:
    """Have checkpoints stamped by the time-stamping authority of the settings, if there is one."""
    return stamps.stamp_checkpoints()


@periodic_task(timedelta(minutes=1), when=places.has_checkpoints_to_deliver)
@task()
def push_checkpoints() -> None:
    """Bring every checkpoint to the append-only places of the settings; what fails is tried again."""
    places.deliver_checkpoints()


@DECIDED.subscribe
@CORRECTED.subscribe
def sign_after_decision(decision: Decision, actor: Actor) -> None:
    """What the plenary decided is signed at once."""
    if has_signing_key():
        enqueue_task(sign_checkpoint, False, actor=actor)
