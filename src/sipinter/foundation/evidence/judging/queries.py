"""How many files wait to be judged, and until when a refused one may be replaced."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone

from sipinter.foundation.work.models import Worker

from ..models import Blob, Evidence

SECONDS_EACH = 1.5  # an honest file takes a tenth, one that is cut off at its limit twice as much


@dataclass(frozen=True)
class JudgingQueue:
    """Files of all agencies that wait, since when the oldest does, and how many workers take them."""

    waiting: int
    since: datetime | None
    workers: int

    @property
    def minutes(self) -> int:
        """About how long until the last one is judged, at least 1."""
        return max(1, ceil(self.waiting * SECONDS_EACH / max(self.workers, 1) / 60))

    @property
    def oldest_seconds(self) -> float:
        return (timezone.now() - self.since).total_seconds() if self.since else 0.0


def judging_queue() -> JudgingQueue:
    """The queue of files as it stands (two queries, both narrow)."""
    waiting = Blob.objects.filter(judgement=Blob.Judgement.WAITING)
    found = waiting.aggregate(count=Count("pk"), since=Min("created_at"))
    return JudgingQueue(found["count"], found["since"], Worker.objects.alive().count())


def replaceable_until(evidence: Evidence) -> datetime | None:
    """Until when the refused file may be replaced where it was sent in; None when nothing was refused.

    The time begins with the first refusal: what took the place of a refused file and was refused in turn
    gives no new days.
    """
    blob = evidence.blob
    if blob is None or not blob.is_refused or not evidence.is_submitted:
        return None
    first, pk = blob.judged_at, evidence.pk
    refused = Evidence.objects.filter(blob__judgement=Blob.Judgement.REFUSED).order_by("blob__judged_at")
    while older := refused.filter(superseded_by=pk).select_related("blob").first():
        assert older.blob is not None
        first, pk = older.blob.judged_at, older.pk
    return first + timedelta(days=settings.REPLACEMENT_DAYS) if first else None
