"""Uploads under way: one row each, and one for every stored part of the bytes."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.agencies.models import Agency


def new_token() -> str:
    """An address nobody guesses."""
    return secrets.token_urlsafe(24)


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, actor: Actor) -> "UploadQuerySet":
        """An upload is its sender's alone."""
        if actor.is_system:
            return self
        return self.none() if actor.user_id is None else self.filter(user_id=actor.user_id)


class Upload(models.Model):
    """A file being sent. `offset` counts the bytes that are stored, and reaches `size` only when the
    file was taken as evidence.
    """

    token = models.CharField(max_length=40, primary_key=True, default=new_token, editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assessment = models.PositiveBigIntegerField(help_text="Number of the assessment that it is for")
    code = models.CharField(max_length=20, help_text="Indicator that it is for")
    name = models.CharField(max_length=200)
    metadata = models.TextField(blank=True, help_text="Upload-Metadata as it was sent")
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    evidence = models.ForeignKey("evidence.Evidence", models.PROTECT, null=True, related_name="+")
    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "created_at"], name="upload_of_user")]


class Part(models.Model):
    """Bytes of an upload from `start` on, stored as `path`."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    start = models.PositiveBigIntegerField()
    path = models.CharField(max_length=200, help_text="Name in the storage")

    class Meta:
        ordering = ["start"]
        constraints = [models.UniqueConstraint(fields=["upload", "start"], name="part_once_per_start")]
