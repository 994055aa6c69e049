"""What running the site leaves behind: web processes that live, drills of its backups, what was removed."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class WebProcessQuerySet(models.QuerySet["WebProcess"]):
    def alive(self) -> "WebProcessQuerySet":
        """Those heard of within their lease, by the clock of the database."""
        return self.filter(beat_at__gte=Now() - timedelta(seconds=settings.WORK_LEASE))


class WebProcess(models.Model):
    """A process of `sipinter serve` that renews `beat_at`: nothing may be restored under it."""

    id = models.CharField(primary_key=True, max_length=100)
    beat_at = models.DateTimeField(db_default=Now())
    objects = WebProcessQuerySet.as_manager()


class BackupDrill(models.Model):
    """A backup was restored in a scratch place, and what came of it."""

    at = models.DateTimeField(default=timezone.now)
    backup_made_at = models.DateTimeField()
    seconds = models.FloatField()
    rows = models.PositiveBigIntegerField()
    files = models.PositiveIntegerField()
    faults = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at"]


class RetentionRun(models.Model):
    """What was removed one night because its time was up (`retention.py`): class -> how many."""

    at = models.DateTimeField(default=timezone.now)
    removed = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
