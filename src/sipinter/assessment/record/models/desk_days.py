from django.conf import settings
from django.db import models
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import OVERSIGHT_ROLES, Role

from .assessment import Assessment, Cycle, not_tied


class DeskDayQuerySet(models.QuerySet["DeskDay"]):
    def visible_to(self, actor: Actor) -> "DeskDayQuerySet":
        """The people of the verification desk."""
        return self if actor.is_system or actor.has(*OVERSIGHT_ROLES) else self.none()


class DeskDay(models.Model):
    """A day on which many agencies are verified at one place, each in its slot."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="desk_days")
    held_on = models.DateField()
    place = models.CharField(max_length=150)
    title = models.CharField(max_length=150)
    notes = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    objects = DeskDayQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]

    def __str__(self) -> str:
        return self.title


class DeskSlot(models.Model):
    """When an agency's turn is, on the clock of the place, and at which table."""

    day = models.ForeignKey(DeskDay, models.PROTECT, related_name="slots")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="desk_slots")
    starts = models.TimeField()
    ends = models.TimeField()
    table = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["starts", "table", "id"]
        constraints = [
            models.UniqueConstraint(fields=["day", "assessment"], name="desk_slot_once"),
            models.CheckConstraint(
                condition=models.Q(starts__lt=models.F("ends")), name="desk_slot_in_order"
            ),
        ]


class QuickAssessmentQuerySet(models.QuerySet["QuickAssessment"]):
    def visible_to(self, actor: Actor) -> "QuickAssessmentQuerySet":
        """A regional office's own; all of them for coordinator and administrator. Never the agency's."""
        if actor.is_system:
            return self
        found = self.filter(not_tied(actor))
        if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
            return found
        return found.filter(office__in=actor.regional_offices)


class QuickAssessment(models.Model):
    """A regional office's own look at a few indicators of an agency in its region.

    Its levels stand here alone: no score, index or category is computed from them, and no page of the
    agency's assessment or of the register reads them.
    """

    office = models.CharField(max_length=60)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, related_name="quick_assessments")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", help_text="Whose instrument is used")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    summary = models.TextField(blank=True)
    objects = QuickAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]


class QuickLevel(models.Model):
    """One of the indicators chosen for a quick assessment."""

    quick = models.ForeignKey(QuickAssessment, models.PROTECT, related_name="levels")
    code = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(null=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["quick", "code"], name="quick_level_once")]
