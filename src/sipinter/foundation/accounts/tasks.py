"""The room's work in the background that nothing else calls; the rest stands beside what it does."""

from datetime import timedelta

from django.core.cache import caches
from django.core.management import call_command
from django_tasks import task

from sipinter.foundation.web.cache.signed import SignedCache
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task

from . import digest, mail, password_reset  # noqa: F401  (registers their tasks)


@periodic_task(timedelta(days=1))
@queued_before_as("sipinter.accounts.tasks.forget_sessions")
@task()
def delete_expired_sessions() -> None:
    """Delete sessions that have run out."""
    call_command("clearsessions")


@periodic_task(timedelta(hours=1))
@queued_before_as("sipinter.accounts.tasks.forget_counts")
@task()
def delete_expired_counts() -> int:
    """Remove counts of attempts that have run out; how many."""
    kept = caches["default"]
    return kept.forget_expired() if isinstance(kept, SignedCache) else 0
