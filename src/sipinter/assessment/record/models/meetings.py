from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import MEETING_ROLES
from sipinter.foundation.evidence.models import Evidence

from .assessment import Assessment
from .outcome import Decision


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, actor: Actor) -> "MeetingQuerySet":
        """The plenary's own people, its coordinators and the administrator."""
        return self if actor.is_system or actor.has(*MEETING_ROLES) else self.none()


class Meeting(models.Model):
    """One meeting of the plenary that decided several assessments, with its signed minutes.

    `key` is drawn by the form: the same form sent twice is one meeting.
    """

    key = models.CharField(max_length=40, unique=True)
    number = models.CharField(max_length=60, unique=True)
    held_on = models.DateField()
    place = models.CharField(max_length=150)
    chair = models.CharField(max_length=150)
    attendees = models.JSONField(default=list, help_text="Names, as they stand in the minutes")
    notes = models.TextField(blank=True)
    held_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    held_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, help_text="When every case had its outcome")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the signed minutes; empty: not made")
    size = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=200, blank=True)
    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-held_on", "-id"]


class MeetingCase(models.Model):
    """One assessment on the meeting's list: decided, or refused with the sentence that says why.

    The figures are those that lay before the meeting.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="cases")
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="+")
    claimed_score = models.DecimalField(max_digits=8, decimal_places=3)
    verified_score = models.DecimalField(max_digits=8, decimal_places=3, null=True)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="case")
    refused = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["meeting", "assessment"], name="case_once")]


class Condition(models.Model):
    """What a decision asks of the agency by a day; it stands in the letter and is followed until met."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="conditions")
    body = models.TextField()
    due = models.DateField()
    met_at = models.DateTimeField(null=True)
    met_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    met_note = models.TextField(blank=True)

    class Meta:
        ordering = ["due", "id"]


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, actor: Actor) -> "ObjectionQuerySet":
        """Whoever may see the assessment."""
        return self.filter(assessment__in=Assessment.objects.visible_to(actor))


class Objection(models.Model):
    """An agency's objection to the decision that holds, with its own evidence and a panel that hears it."""

    class Outcome(models.TextChoices):
        OPEN = "", _("Not decided yet")
        REJECTED = "rejected", _("Rejected")
        CORRECTED = "corrected", _("Corrected by a new decision")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="objections")
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="+")
    reason = models.TextField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default=Outcome.OPEN)
    outcome_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    evidence = models.ManyToManyField(Evidence, through="ObjectionEvidence", related_name="objections")
    panel = models.ManyToManyField(settings.AUTH_USER_MODEL, through="PanelMember", related_name="+")
    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment"], condition=models.Q(closed_at__isnull=True), name="objection_open_once"
            )
        ]

    @property
    def agency_id(self) -> int:
        """Owner, for the audit trail."""
        return self.assessment.agency_id


class ObjectionEvidence(models.Model):
    """A document that goes with an objection, not with an indicator."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="attachments")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="+")
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    attached_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["attached_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "evidence"], name="objection_evidence_once")
        ]


class PanelMember(models.Model):
    """One named member of the panel that hears an objection."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    named_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["objection", "user"], name="panel_member_once")]
