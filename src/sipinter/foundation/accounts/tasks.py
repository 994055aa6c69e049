"""The room's work in the background."""

from datetime import timedelta

from django.core.cache import caches
from django.core.management import call_command
from django_tasks import task

from sipinter.foundation.web.cache import Table
from sipinter.foundation.work.periodic import periodically

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


def _is_table() -> bool:
    return isinstance(caches["default"], Table)


@periodically(timedelta(hours=1), when=_is_table)
@task()
def forget_counts() -> int:
    """Remove counts of attempts that have run out; how many."""
    kept = caches["default"]
    return kept.forget_expired() if isinstance(kept, Table) else 0


@periodically(timedelta(minutes=30))
@task()
def send_digests() -> int:
    """Send the digests whose hour has come; how many."""
    from . import digest  # which posts letters by the task above

    return digest.send_due()
