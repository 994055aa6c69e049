"""Workbooks that came back and are being compared: rows that live for a day."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from sipinter.foundation.access.actor import Actor

from .assessment import Assessment

KEPT = timedelta(hours=24)


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
