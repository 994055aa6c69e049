from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.evidence.models import Blob, Evidence, locked_blobs

from .assessment import Assessment


class Verdict(models.TextChoices):
    """What the verifier says about one indicator."""

    NONE = "", _("Not yet judged")
    ACCEPT = "accept", _("Accepted")
    CHANGE = "change", _("Level changed")
    ASK = "ask", _("Asked back")
    REPAIRED = "repaired", _("Answered by the agency")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, actor: Actor) -> "AnswerQuerySet":
        """Answers of the assessments that the actor may see."""
        return self.filter(assessment__in=Assessment.objects.visible_to(actor))


class Answer(models.Model):
    """One indicator of one assessment: the agency's claim, the verifier's and the plenary's level."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="answers")
    code = models.CharField(max_length=12)
    position = models.PositiveSmallIntegerField()
    ticks = models.JSONField(default=list, help_text="Levels whose criterion is ticked")
    claimed_level = models.PositiveSmallIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    verified_level = models.PositiveSmallIntegerField(null=True, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.NONE, blank=True)
    reason = models.TextField(blank=True, help_text="The verifier's reason, which the agency reads first")
    repair_due = models.DateField(
        null=True, blank=True, help_text="Last day for answering this question; empty: as for the others"
    )
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    decided_level = models.PositiveSmallIntegerField(null=True, blank=True)
    decided_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    evidence = models.ManyToManyField(Evidence, through="AnswerEvidence", related_name="answers")
    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["assessment", "code"], name="answer_once")]
        indexes = [models.Index(fields=["code"], condition=models.Q(verdict="change"), name="answer_changed")]

    @property
    def agency_id(self) -> int:
        """Owner, for the audit trail."""
        return self.assessment.agency_id


class AnswerEvidenceQuerySet(models.QuerySet["AnswerEvidence"]):
    def sound(self) -> "AnswerEvidenceQuerySet":
        """Without the files that were refused, or in which a virus was found: they count as missing."""
        return self.exclude(locked_blobs("evidence__blob__"))

    def waiting_files(self) -> int:
        """How many of the files beside these answers no worker has opened yet."""
        waiting = self.filter(evidence__blob__judgement=Blob.Judgement.WAITING)
        return waiting.order_by().values("evidence_id").distinct().count()


class AnswerEvidence(models.Model):
    """Evidence attached to an indicator."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="attachments")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="attachments")
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    attached_at = models.DateTimeField(default=timezone.now)
    objects = AnswerEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["attached_at", "id"]
        constraints = [models.UniqueConstraint(fields=["answer", "evidence"], name="attachment_once")]


class GateAnswer(models.Model):
    """The agency's answer to a gate (a question that decides which indicators apply)."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="gate_answers")
    code = models.CharField(max_length=20)
    choice = models.CharField(max_length=30, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "code"], name="gate_answer_once")]


class Message(models.Model):
    """One contribution to an indicator's clarification thread. Nobody edits or removes it."""

    class Side(models.TextChoices):
        AGENCY = "agency", _("Agency")
        SUPERVISOR = "supervisor", _("Supervisor")

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=150)
    side = models.CharField(max_length=12, choices=Side)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]
