from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import ASSESSMENT_ROLES, OVERSIGHT_ROLES, Role
from sipinter.foundation.agencies.models import Agency

from .teamwork import Assignment


class State(models.TextChoices):
    """Where an assessment stands in its round."""

    PREPARING = "preparing", _("Preparing")
    FILLING = "filling", _("Filling in")
    IN_REVIEW = "in_review", _("Under review by the secretary")
    REVIEWED = "reviewed", _("Reviewed by the secretary")
    SUBMITTED = "submitted", _("Submitted")
    VERIFICATION = "verification", _("In verification")
    CLARIFICATION = "clarification", _("Clarification by the agency")
    FINAL_VERIFICATION = "final_verification", _("Final verification")
    PLENARY = "plenary", _("Plenary")
    DECIDED = "decided", _("Decided")
    PUBLISHED = "published", _("Published")
    OBJECTION = "objection", _("Objection")


AT_THE_SUPERVISOR = (
    State.SUBMITTED,
    State.VERIFICATION,
    State.CLARIFICATION,
    State.FINAL_VERIFICATION,
    State.PLENARY,
    State.DECIDED,
    State.PUBLISHED,
    State.OBJECTION,
)
# Verdicts are still being given: nobody has been drawn to read them a second time.
UNFINISHED = (State.SUBMITTED, State.VERIFICATION, State.CLARIFICATION)
CLOSED = (State.DECIDED, State.PUBLISHED, State.OBJECTION)
PUBLIC = (State.PUBLISHED, State.OBJECTION)  # the result is known: nobody reads blind any more


class InstrumentVersion(models.Model):
    """The text of an instrument as it stood when a cycle was opened with it; never changed.

    A later correction of the file in the catalogue reaches later cycles only.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    instrument_id = models.CharField(max_length=60)
    body = models.TextField()
    pinned_at = models.DateTimeField(default=timezone.now)


class Cycle(models.Model):
    """One yearly round: instrument, agencies, and the dates of each stage (all inclusive)."""

    year = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    instrument_id = models.CharField(max_length=60)
    pinned = models.ForeignKey(
        InstrumentVersion, models.PROTECT, null=True, help_text="The instrument's text, fixed when opened"
    )
    filling_opens = models.DateField()
    filling_closes = models.DateField()
    verification_closes = models.DateField()
    repair_closes = models.DateField()
    plenary_on = models.DateField()
    objection_closes = models.DateField()
    second_reading_share = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(100)],
        help_text="Per cent of the verified indicators that are read blind a second time",
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-year", "-round"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "round", "instrument_id"],
                name="cycle_once",
                violation_error_message=_("This round of the year exists already for this instrument."),
            ),
            models.CheckConstraint(
                condition=models.Q(filling_opens__lte=models.F("filling_closes"))
                & models.Q(filling_closes__lte=models.F("verification_closes"))
                & models.Q(filling_closes__lte=models.F("repair_closes"))
                & models.Q(repair_closes__lte=models.F("plenary_on"))
                & models.Q(verification_closes__lte=models.F("plenary_on"))
                & models.Q(plenary_on__lte=models.F("objection_closes")),
                name="cycle_dates_in_order",
                violation_error_message=_(
                    "The stages' dates must follow one another: filling in, verification and repair, "
                    "plenary, objection."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, actor: Actor) -> "AssessmentQuerySet":
        """Own agencies for agency roles; for the supervisor whatever has been submitted.

        A regional office sees its own region only. Employees and readers see none: they read the register.
        Whoever sees only what is asked of them: assessments in which something is.
        Whoever still has to read part of an assessment blind sees nothing else of it, and nobody at the
        supervisor any of an agency to which they are tied (`not_tied`).
        """
        if actor.is_system:
            return self
        mine = models.Q(agency_id__in=actor.agency_ids(ASSESSMENT_ROLES))
        offices = actor.regional_offices
        sent = models.Q(state__in=AT_THE_SUPERVISOR) & not_tied(actor)
        if actor.has(*OVERSIGHT_ROLES):
            mine |= sent
        elif offices:
            mine |= sent & models.Q(agency__regional_office__in=offices)
        if any(grant.is_confined for grant in actor.grants):
            mine |= models.Q(pk__in=Assignment.objects.of(actor).order_by().values("assessment_id"))
        return without_blind_readings(self.filter(mine), actor)


def not_tied(actor: Actor) -> models.Q:
    """Assessments of agencies to whose own people the actor does not belong, nor did in the round."""
    tied = models.Q()
    for tie in actor.ties:
        own = models.Q(agency_id=tie.agency_id)
        tied |= own if tie.ended is None else own & models.Q(cycle__filling_opens__lte=tie.ended)
    return ~tied if tied else models.Q()


Rows = TypeVar("Rows", bound="models.QuerySet[Assessment]")


def without_blind_readings(rows: Rows, actor: Actor) -> Rows:
    """`rows` without the assessments that hold a second reading which the actor has still to do.

    What the first reader found stands on nearly every page of an assessment.
    """
    if not actor.has(Role.VERIFIER):
        return rows
    waiting = models.Q(second_readings__reader_id=actor.user_id, second_readings__at__isnull=True)
    public = models.Q(state__in=PUBLIC)
    return rows.exclude(pk__in=Assessment.objects.filter(waiting & ~public).values("pk"))


class Assessment(models.Model):
    """One agency's assessment in one cycle. Its state changes only through `workflow`."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="assessments")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="assessments")
    state = models.CharField(max_length=20, choices=State, default=State.PREPARING)
    version = models.PositiveIntegerField(default=1)
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    returned_reason = models.TextField(blank=True, help_text="Why it last came back, shown first")
    repair_due = models.DateField(null=True, blank=True)
    survey = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    survey_source = models.CharField(max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    # Kept current by every save of an answer or verdict, so that lists need no scoring.
    claimed_score = models.DecimalField(max_digits=8, decimal_places=3, default=0)
    claimed_index = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    claimed_category = models.CharField(max_length=40, blank=True)
    verified_score = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    verified_index = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    verified_category = models.CharField(max_length=40, blank=True)
    answered = models.PositiveSmallIntegerField(default=0)
    applicable = models.PositiveSmallIntegerField(default=0)
    judged = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)
    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-cycle__year", "agency__name"]
        indexes = [models.Index(fields=["state", "updated_at"], name="assessment_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "agency"], name="assessment_once_per_cycle"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.cycle}"

    def end_of(self, day: date) -> datetime:
        """The last moment of `day` on the agency's clock (WIB, WITA or WIT)."""
        return datetime.combine(day + timedelta(days=1), time.min, self.agency.zone)
