"""The room's work in the background."""

from datetime import timedelta

from django.core.management import call_command
from django_tasks import task

from sipinter.work.periodic import periodically

from . import delivery


@task(priority=10)
def send_letter(to: str, subject: str, body: str, message_id: str) -> None:
    """Hand one letter to the mail server."""
    delivery.send(to, subject, body, message_id)


@periodically(timedelta(days=1))
@task()
def forget_sessions() -> None:
    """Delete sessions that have run out."""
    call_command("clearsessions")


@periodically(timedelta(minutes=30))
@task()
def send_digests() -> int:
    """Send the digests whose hour has come; how many."""
    from . import digest  # which posts letters by the task above

    return digest.send_due()
