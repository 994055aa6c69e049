"""Rows that live for minutes or hours: who has an indicator open, and workbooks being compared."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from sipinter.foundation.access.actor import Actor

from .answers import Answer
from .assessment import Assessment

KEPT = timedelta(hours=24)


class Presence(models.Model):
    """A person of the team who has an indicator open; their page says so again and again."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "user"], name="presence_once")]


def _end() -> datetime:
    return timezone.now() + KEPT


class WorkbookUploadQuerySet(models.QuerySet["WorkbookUpload"]):
    def visible_to(self, actor: Actor) -> "WorkbookUploadQuerySet":
        """The person's own, as long as it is kept."""
        return self.filter(user_id=actor.user_id or 0, expires_at__gt=timezone.now())


class WorkbookUpload(models.Model):
    """What a workbook that came back says, kept while its differences are being looked at.

    `content` holds the rows with what stood in them at the download, never the file itself; `settled` the
    values ("3.4 note") that the person has decided on.
    """

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    settled = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=_end, db_index=True)
    objects = WorkbookUploadQuerySet.as_manager()

    class Meta:
        # A new one replaces what the person had open.
        constraints = [
            models.UniqueConstraint(fields=["assessment", "user"], name="workbook_upload_once"),
        ]

    @property
    def agency_id(self) -> int:
        """Owner, for the audit trail."""
        return self.assessment.agency_id
