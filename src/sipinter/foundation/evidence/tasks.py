"""The room's work in the background."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django_tasks import task

from sipinter.foundation.accounts.actor import system_actor_for
from sipinter.foundation.work.periodic import periodic_task
from sipinter.foundation.work.queue import cause_of, enqueue_task

from .scanning.services import scan_blob, scan_pending
from .texts.services import continue_reading, queue_waiting
from .tus.services import expire_uploads


def has_scanner() -> bool:
    """Whether there is anything to scan with."""
    return bool(settings.CLAMD)


@task(priority=5, takes_context=True)
def scan_file(context: Any, blob_id: int) -> None:
    """Scan a file that has just arrived. Without a judgement it waits for `scan_waiting`."""
    scan_blob(blob_id, actor=system_actor_for(cause_of(context)))


@periodic_task(timedelta(minutes=5), when=has_scanner)
@task()
def scan_waiting() -> None:
    """Scan what has no judgement: the scanner was away, or there was none when the file came."""
    scan_pending()


@task(priority=-10, takes_context=True)
def read_text(context: Any, blob_id: int) -> None:
    """Read the text of a file, for a while; the rest as a new task, so that a long scan holds nobody up."""
    if not continue_reading(blob_id):
        enqueue_task(read_text, blob_id, actor=system_actor_for(cause_of(context)))


@periodic_task(timedelta(minutes=10))
@task()
def read_waiting() -> None:
    """Files from before there was a reader of text, or of scans."""
    for blob_id in queue_waiting():
        enqueue_task(read_text, blob_id)


@periodic_task(timedelta(hours=1))
@task()
def forget_uploads() -> None:
    """Remove uploads that nobody has gone on with in time."""
    expire_uploads()
