"""Work inside an agency: who is asked for which indicator until when, and what they say to one another."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import ANSWERING_ROLES, ASSESSMENT_ROLES, Role


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, actor: Actor) -> "AssignmentQuerySet":
        """Those of one's own agencies, or what is asked of whoever sees nothing else; the supervisor none."""
        if actor.is_system:
            return self
        whole = actor.agency_ids(ASSESSMENT_ROLES)
        return self.filter(models.Q(assessment__agency_id__in=whole) | assigned_to_actor(actor))

    def current(self) -> "AssignmentQuerySet":
        """Not taken back."""
        return self.filter(withdrawn_at=None)

    def of(self, actor: Actor) -> "AssignmentQuerySet":
        """Current ones, asked of this very person or of their unit."""
        return self.current().filter(assigned_to_actor(actor))


def assigned_to_actor(actor: Actor) -> models.Q:
    """What is asked of the person, by name or by unit, where they fill in."""
    grants = [grant for grant in actor.grants if grant.role in ANSWERING_ROLES]
    found = models.Q(pk__in=[])
    if grants:
        agencies = {grant.agency_id for grant in grants}
        found |= models.Q(person=actor.user_id, assessment__agency_id__in=agencies)
    for grant in grants:
        if grant.unit and grant.role == Role.TEAM:
            found |= models.Q(assessment__agency_id=grant.agency_id, person=None, unit=grant.unit)
    return found


class Assignment(models.Model):
    """One indicator of one assessment asked of one person, or of everybody in a unit, until a day.

    It lets them answer that indicator whatever the scope of their membership. Done is what the answer
    says (`queries.teamwork.is_indicator_open`), not a box that somebody ticks.
    """

    assessment = models.ForeignKey("assessments.Assessment", models.PROTECT, related_name="assignments")
    code = models.CharField(max_length=12)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit = models.CharField(max_length=150, blank=True, help_text="As it stands on the memberships")
    due = models.DateField()
    note = models.TextField(blank=True, help_text="What is asked")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due", "assessment_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, unit="")
                | (models.Q(person__isnull=True) & ~models.Q(unit="")),
                name="assignment_to_person_or_unit",
            ),
            models.UniqueConstraint(
                fields=["assessment", "code", "person"],
                condition=models.Q(withdrawn_at=None, person__isnull=False),
                name="assignment_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["assessment", "code", "unit"],
                condition=models.Q(withdrawn_at=None, person=None),
                name="assignment_once_per_unit",
            ),
        ]

    @property
    def agency_id(self) -> int:
        """Owner, for the audit trail."""
        return self.assessment.agency_id


class Reminder(models.Model):
    """A reminder that was sent: so many `days` before the due date (negative: after it), once."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    due = models.DateField(help_text="Another due date is reminded of anew")
    days = models.SmallIntegerField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "user", "due", "days"], name="reminder_once"),
        ]


class Comment(models.Model):
    """What people of the agency say to one another about an indicator. The supervisor never sees it."""

    answer = models.ForeignKey("assessments.Answer", models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    author_name = models.CharField(max_length=150)
    body = models.TextField()
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "id"]


class Visit(models.Model):
    """When a person last looked at the summary of an assessment (`at`), and the time before that."""

    assessment = models.ForeignKey("assessments.Assessment", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    before = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "user"], name="visit_once")]


class CalendarAddress(models.Model):
    """The private address of a person's calendar. Only the hash of its secret is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
