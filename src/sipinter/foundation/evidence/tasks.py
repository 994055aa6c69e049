"""The room's work in the background."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django_tasks import task

from sipinter.foundation.accounts.actor import system_for
from sipinter.foundation.work.periodic import periodically
from sipinter.foundation.work.queue import cause_of, later

from .scanning.services import scan_blob, scan_pending
from .texts.services import queue_waiting, read_on
from .tus.services import expire_uploads


def has_scanner() -> bool:
    """Whether there is anything to scan with."""
    return bool(settings.CLAMD)


@task(priority=5, takes_context=True)
def scan_file(context: Any, blob_id: int) -> None:
    """Scan a file that has just arrived. Without a judgement it waits for `scan_waiting`."""
    scan_blob(blob_id, actor=system_for(cause_of(context)))


@periodically(timedelta(minutes=5), when=has_scanner)
@task()
def scan_waiting() -> None:
    """Scan what has no judgement: the scanner was away, or there was none when the file came."""
    scan_pending()


@task(priority=-10, takes_context=True)
def read_text(context: Any, blob_id: int) -> None:
    """Read the text of a file, for a while; the rest as a new task, so that a long scan holds nobody up."""
    if not read_on(blob_id):
        later(read_text, blob_id, actor=system_for(cause_of(context)))


@periodically(timedelta(minutes=10))
@task()
def read_waiting() -> None:
    """Files from before there was a reader of text, or of scans."""
    for blob_id in queue_waiting():
        later(read_text, blob_id)


@periodically(timedelta(hours=1))
@task()
def forget_uploads() -> None:
    """Remove uploads that nobody has gone on with in time."""
    expire_uploads()
