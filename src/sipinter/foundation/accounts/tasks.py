"""The room's work in the background."""

from datetime import timedelta

from django.core.cache import caches
from django.core.management import call_command
from django_tasks import task

from sipinter.foundation.web.cache import CacheTable
from sipinter.foundation.work.periodic import periodic_task

from . import delivery


@task(priority=10)
def send_letter(to: str, subject: str, body: str, message_id: str) -> None:
    """Hand one letter to the mail server."""
    delivery.deliver_letter(to, subject, body, message_id)


@periodic_task(timedelta(days=1))
@task()
def delete_expired_sessions() -> None:
    """Delete sessions that have run out."""
    call_command("clearsessions")


def _is_table() -> bool:
    return isinstance(caches["default"], CacheTable)


@periodic_task(timedelta(hours=1), when=_is_table)
@task()
def delete_expired_counts() -> int:
    """Remove counts of attempts that have run out; how many."""
    kept = caches["default"]
    return kept.forget_expired() if isinstance(kept, CacheTable) else 0


@periodic_task(timedelta(minutes=30))
@task()
def send_digests() -> int:
    """Send the digests whose hour has come; how many."""
    from . import digest  # which posts letters by the task above

    return digest.send_due_digests()
