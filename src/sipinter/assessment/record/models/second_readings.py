from django.conf import settings
from django.db import models
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import Role

from .assessment import Assessment


class SecondReadingQuerySet(models.QuerySet["SecondReading"]):
    def visible_to(self, actor: Actor) -> "SecondReadingQuerySet":
        """One's own; the coordinator's and the administrator's are all."""
        if actor.is_system or actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
            return self
        return self.none() if actor.user_id is None else self.filter(reader_id=actor.user_id)


class SecondReading(models.Model):
    """One indicator drawn by lot to be read again by a verifier who does not know what the first one found.

    `first_level` and `first_reader` are the verifier's verdict at the moment of the draw. The second level
    decides nothing: it measures how far two readers agree.
    """

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="second_readings")
    code = models.CharField(max_length=12)
    first_level = models.PositiveSmallIntegerField()
    first_reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    seed = models.CharField(max_length=64, help_text="From which the sample was drawn")
    drawn_at = models.DateTimeField(default=timezone.now)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="second_readings_to_do"
    )
    level = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(null=True)
    objects = SecondReadingQuerySet.as_manager()

    class Meta:
        ordering = ["drawn_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "code"], name="second_reading_once"),
            models.CheckConstraint(
                condition=models.Q(at__isnull=True, level__isnull=True)
                | models.Q(at__isnull=False, level__isnull=False, reader__isnull=False),
                name="second_reading_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["reader"], condition=models.Q(at__isnull=True), name="second_reading_waiting"
            )
        ]

    @property
    def agency_id(self) -> int:
        """Owner, for the audit trail."""
        return self.assessment.agency_id


class KeptReason(models.Model):
    """A reason for a verdict that the coordinator keeps for everybody's use, for one indicator.

    `used` counts the verdicts that gave it word for word.
    """

    instrument_id = models.CharField(max_length=60)
    code = models.CharField(max_length=12)
    body = models.TextField()
    used = models.PositiveIntegerField(default=0)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    kept_at = models.DateTimeField(default=timezone.now)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-used", "kept_at", "id"]
        indexes = [models.Index(fields=["instrument_id", "code"], name="kept_reason_by_indicator")]
