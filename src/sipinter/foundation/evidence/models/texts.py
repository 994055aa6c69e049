"""The text of files. It belongs to the file: who may not see that sees none of it, and it goes with it."""

from django.db import models
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import EVIDENCE_ROLES

from .evidence import Blob, Evidence, locked_blobs


class FileText(models.Model):
    """How far the text of a file has been read: `done` of `total` pages.

    `facts` is what the hints are drawn from (`hints.TextFacts`), once everything is read.
    """

    class State(models.TextChoices):
        READING = "reading", "reading"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    blob = models.OneToOneField("evidence.Blob", models.CASCADE, primary_key=True, related_name="text")
    state = models.CharField(max_length=8, choices=State, default=State.READING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    wants_ocr = models.BooleanField(
        default=False, help_text="Pages are pictures, and there was nothing that reads them"
    )
    facts = models.JSONField(default=dict)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["state"], condition=~models.Q(state="done"), name="file_text_unfinished"),
            models.Index(fields=["wants_ocr"], condition=models.Q(wants_ocr=True), name="file_text_for_ocr"),
        ]


class PageTextQuerySet(models.QuerySet["PageText"]):
    def visible_to(self, actor: Actor) -> "PageTextQuerySet":
        """Pages of the evidence that the actor sees, and that the scanner's judgement lets be read."""
        if actor.is_system:
            return self
        rows = self.filter(blob__in=Evidence.objects.visible_to(actor).values("blob_id"))
        rows = rows.exclude(locked_blobs("blob__"))
        writes = models.Q(blob__agency_id__in=actor.agency_ids(EVIDENCE_ROLES))
        return rows.filter(~models.Q(blob__scan=Blob.Scan.PENDING) | writes)


class PageText(models.Model):
    """One page: its text, and its words as the search compares them (`search_words.index_words`)."""

    blob = models.ForeignKey("evidence.Blob", models.CASCADE, related_name="page_texts")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=6, help_text="text, ocr, none, blank or failed")
    text = models.TextField(blank=True)
    words = models.TextField(blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, help_text="Of OCR, in per cent")
    dpi = models.PositiveSmallIntegerField(null=True, help_text="Of the largest picture, dots per inch")
    objects = PageTextQuerySet.as_manager()

    class Meta:
        ordering = ["blob_id", "number"]
        constraints = [models.UniqueConstraint(fields=["blob", "number"], name="page_text_once")]
