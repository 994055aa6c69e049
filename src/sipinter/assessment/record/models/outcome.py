from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.agencies.models import Agency

from .assessment import Assessment


class Snapshot(models.Model):
    """The score at one stage, kept for ever; written once by the transition that ends the stage."""

    class Stage(models.TextChoices):
        SUBMITTED = "submitted", _("As submitted")
        REPAIRED = "repaired", _("After repair")
        VERIFIED = "verified", _("As verified")
        FINAL = "final", _("After final verification")
        DECIDED = "decided", _("As decided")
        CORRECTED = "corrected", _("As corrected")

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="snapshots")
    stage = models.CharField(max_length=12, choices=Stage)
    score = models.DecimalField(max_digits=8, decimal_places=3)
    max = models.DecimalField(max_digits=8, decimal_places=3)
    index = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    category = models.CharField(max_length=40, blank=True)
    levels = models.JSONField(help_text="indicator -> level (null: not filled in)")
    gates = models.JSONField(default=dict)
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["taken_at", "id"]


class SnapshotAspect(models.Model):
    """One aspect's score in a snapshot, as a row, so that the nation's figures are summed in SQL."""

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="aspects")
    code = models.CharField(max_length=8)
    score = models.DecimalField(max_digits=8, decimal_places=3)
    max = models.DecimalField(max_digits=8, decimal_places=3)
    percent = models.DecimalField(max_digits=7, decimal_places=3)

    class Meta:
        ordering = ["snapshot_id", "id"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "code"], name="snapshot_aspect_once")]


class Decision(models.Model):
    """What the plenary decided. Never changed; a correction is a new decision that names the old one."""

    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="decisions")
    snapshot = models.OneToOneField(Snapshot, models.PROTECT, related_name="decision")
    number = models.CharField(max_length=60, unique=True)
    decided_on = models.DateField()
    score = models.DecimalField(max_digits=8, decimal_places=3)
    max = models.DecimalField(max_digits=8, decimal_places=3)
    index = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    category = models.CharField(max_length=40)
    valid_until = models.DateField()
    code = models.CharField(max_length=24, unique=True, help_text="Printed beside the QR code")
    remark = models.TextField(blank=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=150)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-decided_on", "-id"]


class DecisionDocument(models.Model):
    """A signed PDF of a decision."""

    class Kind(models.TextChoices):
        LETTER = "letter", _("Decision letter")
        CERTIFICATE = "certificate", _("Certificate")

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "kind"], name="decision_document_once")]


class ResultQuerySet(models.QuerySet["Result"]):
    def visible_to(self, actor: Actor) -> "ResultQuerySet":
        """Results are public."""
        return self


class Result(models.Model):
    """A published result in the public register: from a decision here, or from an earlier publication."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="results")
    year = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    instrument_id = models.CharField(max_length=60)
    score = models.DecimalField(max_digits=8, decimal_places=3)
    index = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    category = models.CharField(max_length=40)
    source = models.CharField(max_length=200, help_text="Where the figure was published")
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="result")
    published_at = models.DateTimeField(null=True, blank=True)
    is_current = models.BooleanField(default=True, help_text="False once a correction took its place")
    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-round", "agency__name"]
        # The register looks up each agency's latest result: from this index alone.
        indexes = [
            models.Index(
                fields=["agency", "-year", "-round", "-id"],
                condition=models.Q(is_current=True),
                name="result_by_agency",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "round", "instrument_id"],
                condition=models.Q(is_current=True),
                name="result_once",
            )
        ]


class ResultAspect(models.Model):
    """One aspect of a published result."""

    result = models.ForeignKey(Result, models.CASCADE, related_name="aspects")
    code = models.CharField(max_length=8)
    score = models.DecimalField(max_digits=8, decimal_places=3)
    max = models.DecimalField(max_digits=8, decimal_places=3)
    percent = models.DecimalField(max_digits=7, decimal_places=3)

    class Meta:
        ordering = ["result_id", "id"]
        constraints = [models.UniqueConstraint(fields=["result", "code"], name="result_aspect_once")]
