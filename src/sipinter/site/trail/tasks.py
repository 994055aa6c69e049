"""The room's work in the background."""

from datetime import timedelta

from django.conf import settings
from django_tasks import task

from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.audit.checkpoints import make_checkpoint
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task


def has_signing_key() -> bool:
    """Whether a checkpoint could be signed; `sipinter check` says when it could not."""
    return bool(settings.SIGNING_PKCS12 or settings.SIGNING_SELF_MADE)


@periodic_task(timedelta(hours=1), when=has_signing_key)
@queued_before_as("sipinter.trail.tasks.daily_checkpoint")
@task()
def daily_checkpoint() -> None:
    """Sign where the audit trail stands today; begun every hour, so that no pause skips a day."""
    make_checkpoint(actor=system_actor())
