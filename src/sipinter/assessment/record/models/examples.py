from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import Role
from sipinter.foundation.agencies.models import Agency

CONSENTING = (Role.KEEPER, Role.PYB)
PROPOSING = (Role.VERIFIER, Role.COORDINATOR)


class ExampleQuerySet(models.QuerySet["Example"]):
    def visible_to(self, actor: Actor) -> "ExampleQuerySet":
        """All for whoever proposes and publishes; an agency's own; else what is shown."""
        if actor.is_system or actor.has(*PROPOSING):
            return self
        own = models.Q(agency_id__in=actor.agency_ids(CONSENTING))
        return self.filter(own | SHOWN)

    def shown(self) -> "ExampleQuerySet":
        """Published, and never with an agency that has not consented, or no longer does."""
        return self.filter(SHOWN)


SHOWN = models.Q(published_at__isnull=False, withdrawn_at__isnull=True) & (
    models.Q(agency__isnull=True) | models.Q(consented_at__isnull=False)
)


class Example(models.Model):
    """Evidence that was accepted or refused for one criterion, as an example for everybody.

    With an agency it is shown only while that agency consents; without one it names nobody. Its text does
    not change: what an agency consented to is what is shown.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")

    instrument_id = models.CharField(max_length=60)
    code = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    body = models.TextField()
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    consented_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    consented_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    objects = ExampleQuerySet.as_manager()

    class Meta:
        ordering = ["instrument_id", "code", "level", "kind", "id"]
        indexes = [models.Index(fields=["instrument_id", "code"], name="example_by_indicator")]

    def __str__(self) -> str:
        return f"{self.code} ({self.level})"

    @property
    def has_consent(self) -> bool:
        """Whether nothing stands in the way of showing it."""
        return self.agency_id is None or self.consented_at is not None

    @property
    def is_shown(self) -> bool:
        """Whether everybody sees it now."""
        return self.published_at is not None and self.withdrawn_at is None and self.has_consent
