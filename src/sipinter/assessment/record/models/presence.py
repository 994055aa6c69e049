"""Who has an indicator open: rows that live for minutes."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from .answers import Answer


class Presence(models.Model):
    """A person of the team who has an indicator open; their page says so again and again."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "user"], name="presence_once")]
