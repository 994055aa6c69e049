from django.conf import settings
from django.db import models
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import ASSESSMENT_ROLES, OVERSIGHT_ROLES
from sipinter.foundation.agencies.models import Agency


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, actor: Actor) -> "RecommendationQuerySet":
        """The supervisor's desks see all; an agency, or a region's office, its own once issued."""
        if actor.is_system or actor.has(*OVERSIGHT_ROLES):
            return self
        mine = models.Q(agency_id__in=actor.agency_ids(ASSESSMENT_ROLES))
        offices = actor.regional_offices
        if offices:
            mine |= models.Q(agency__regional_office__in=offices)
        return self.filter(mine, issued_at__isnull=False)


class Recommendation(models.Model):
    """What an agency should do about one indicator, drafted from the criteria not met."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="recommendations")
    assessment = models.ForeignKey("assessments.Assessment", models.PROTECT, related_name="recommendations")
    code = models.CharField(max_length=12, help_text="Indicator")
    level_now = models.PositiveSmallIntegerField(null=True)
    level_next = models.PositiveSmallIntegerField()
    body = models.TextField()
    is_edited = models.BooleanField(default=False)
    is_dropped = models.BooleanField(default=False, help_text="The verifier decided not to recommend it")
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    issued_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["assessment_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "code"], name="recommendation_once_per_indicator")
        ]
