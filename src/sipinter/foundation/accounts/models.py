from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import CONFIRMED_ROLES, Role
from sipinter.foundation.agencies.models import Agency


class UserManager(BaseUserManager["User"]):
    """Makes users; services are the only callers."""

    def create_user(self, email: str, password: str | None = None, *, name: str) -> "User":
        """A saved user; an unusable password when none is given."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class MailFrequency(models.TextChoices):
    """When a person's notifications also come by e-mail. What concerns security always comes at once."""

    AT_ONCE = "at_once", _("At once, one e-mail each")
    DAILY = "daily", _("Once a day, all in one e-mail")
    NONE = "none", _("Not at all: only here in the list")


class User(AbstractBaseUser):
    """A person who signs in, by e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    language = models.CharField(
        max_length=5, blank=True, help_text="Of what is written to them; empty: the site's"
    )
    mails = models.CharField(max_length=10, choices=MailFrequency, default=MailFrequency.AT_ONCE)
    digest_on = models.DateField(null=True, blank=True, help_text="Day of the last digest, on their clock")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """The name, as allauth and mails ask for it."""
        return self.name


def _managed_by(actor: Actor) -> models.Q:
    """Rows of the agencies whose people the actor manages."""
    if actor.is_system or actor.has(Role.ADMINISTRATOR):
        return models.Q()
    return models.Q(agency_id__in=actor.agency_ids((Role.KEEPER,)))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, actor: Actor) -> "MembershipQuerySet":
        """An account keeper sees the own agency's people, the national administrator everybody."""
        return self.filter(_managed_by(actor))

    def current(self) -> "MembershipQuerySet":
        """Memberships that have not ended."""
        return self.filter(ended_at__isnull=True)


class Membership(models.Model):
    """One role of one person in one agency.

    `scope` narrows a team member to aspects ("3") or indicators ("3.4"); empty means all, and
    `ASKED_ONLY` alone: what is assigned to them in an assessment, and nothing else of it.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    scope = models.JSONField(default=list, blank=True)
    unit = models.CharField(max_length=150, blank=True, help_text="Organisational unit (OPD)")
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["agency__name", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_once",
                violation_error_message=_("This person already has this role in this agency."),
            )
        ]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, actor: Actor) -> "InvitationQuerySet":
        """As for memberships; the present holder of a role also what waits for their confirmation."""
        wanted = _managed_by(actor)
        if not wanted:
            return self
        for role in CONFIRMED_ROLES:
            held = actor.agency_ids((role,))
            wanted |= models.Q(role=role, agency_id__in=held, confirmed_at__isnull=True)
        return self.filter(wanted)

    def waiting(self) -> "InvitationQuerySet":
        """Neither taken up nor withdrawn (they may be too old)."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


class Invitation(models.Model):
    """A link that lets one person take up one role. Only the hash of its token is kept."""

    email = models.EmailField()
    name = models.CharField(max_length=150)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20, choices=Role)
    scope = models.JSONField(default=list, blank=True)
    unit = models.CharField(max_length=150, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="Empty: the link has not gone out")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    @property
    def waits_for_confirmation(self) -> bool:
        """True while the present holder of the role, or the national administrator, has not agreed."""
        return self.role in CONFIRMED_ROLES and self.confirmed_at is None

    @property
    def is_too_old(self) -> bool:
        """True when the link no longer works because of its age."""
        return self.expires_at <= timezone.now()


class EnrolmentCode(models.Model):
    """Lets one person set up a second factor once. Only the hash of the code is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Actor) -> "NotificationQuerySet":
        """One's own."""
        return self.none() if actor.user_id is None else self.filter(user_id=actor.user_id)


class Notification(models.Model):
    """Something a person should know, shown in the page and sent by e-mail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    in_digest = models.BooleanField(default=False, help_text="Waits for the person's next digest")
    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["user", "read_at"], name="notification_unread"),
            models.Index(fields=["user"], condition=models.Q(in_digest=True), name="notification_in_digest"),
        ]
