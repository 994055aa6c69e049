from django.conf import settings
from django.db import models
from django.utils import timezone

from .outcome import Decision


class PublicationRequest(models.Model):
    """That one person asked for the publication of a decision, and who else confirmed it."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="publication_request")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_by_name = models.CharField(max_length=150)
    requested_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_by_name = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True)
