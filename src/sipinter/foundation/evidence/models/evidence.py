from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.conflicts import tied_agencies
from sipinter.foundation.access.roles import ASSESSMENT_ROLES, DESK_ROLES
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.registries.providers import Provider

# The first day of an agency's latest round: whoever belonged to it from then on reads nothing for the desk.
LATEST_ROUND_BEGAN: Provider[[int], date | None] = Provider("first day of an agency's latest round")
# Which evidence a person who sees only what is assigned to them is shown beside their own.
EVIDENCE_BESIDE_TASKS: Provider[[Actor], models.Q] = Provider("evidence beside what is assigned")


def tie_counts_from(agency_id: int) -> date:
    """From when having belonged to the agency keeps a person of the desk from its evidence."""
    return LATEST_ROUND_BEGAN.answer(agency_id) or timezone.localdate()


class Blob(models.Model):
    """The bytes of one file, kept once per agency, written once, named by their hash."""

    class Scan(models.TextChoices):
        """What the virus scanner says."""

        NOT_SCANNED = "not_scanned", _("not scanned")
        PENDING = "pending", _("being checked")
        CLEAN = "clean", _("clean")
        INFECTED = "infected", _("virus found")

    class Judgement(models.TextChoices):
        """Whether the reader has opened the file, and what came of it."""

        WAITING = "waiting", _("waits to be checked")
        TAKEN = "taken", _("checked")
        REFUSED = "refused", _("refused")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100, help_text="By the bytes; a guess until it is judged")
    path = models.CharField(max_length=200, help_text="Name in the storage")
    pages = models.PositiveIntegerField(null=True, blank=True, help_text="Pages of a PDF")
    flags = models.JSONField(default=list, help_text="What a verifier should know: macros, active content")
    scan = models.CharField(max_length=12, choices=Scan, default=Scan.NOT_SCANNED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    signature = models.CharField(max_length=200, blank=True, help_text="What the scanner calls its finding")
    judgement = models.CharField(max_length=8, choices=Judgement, default=Judgement.TAKEN)
    judged_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=20, blank=True, help_text="Code of what is wrong with it")
    refusal_detail = models.CharField(
        max_length=100, blank=True, help_text="A figure or name for the sentence"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "sha256"], name="blob_once_per_agency")]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(judgement="waiting"),
                name="blob_waiting_to_be_judged",
            )
        ]

    @property
    def is_waiting(self) -> bool:
        """It has not been opened yet: it stands in the assessment, and nothing is shown of it."""
        return self.judgement == self.Judgement.WAITING

    @property
    def is_refused(self) -> bool:
        return self.judgement == self.Judgement.REFUSED

    @property
    def is_locked(self) -> bool:
        """Nobody opens it, and it counts as missing: it was refused, or a virus was found in it."""
        return self.is_refused or self.scan == self.Scan.INFECTED


def locked_blobs(path: str = "") -> models.Q:
    """`Blob.is_locked` in SQL, for rows that reach the file by `path` ("evidence__blob__")."""
    return models.Q(**{f"{path}judgement": Blob.Judgement.REFUSED}) | models.Q(
        **{f"{path}scan": Blob.Scan.INFECTED}
    )


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, actor: Actor) -> "EvidenceQuerySet":
        """The agency's own evidence; for the supervisor, what stands in an assessment sent in.

        Whoever sees only what is assigned to them: what they uploaded, and what stands beside that.
        """
        if actor.is_system:
            return self
        own = models.Q(agency_id__in=actor.agency_ids(ASSESSMENT_ROLES))
        if actor.roles & DESK_ROLES:
            tied = tied_agencies(actor, tie_counts_from)
            own |= models.Q(is_submitted=True) & ~models.Q(agency_id__in=tied)
        confined = [grant.agency_id for grant in actor.grants if grant.is_confined]
        if confined:
            own |= models.Q(agency_id__in=confined, uploaded_by=actor.user_id)
            for also in EVIDENCE_BESIDE_TASKS.answers(actor):
                own |= also
        return self.filter(own)


class Evidence(models.Model):
    """A document or link of an agency, usable for any number of its indicators."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        LINK = "link", _("Link")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, models.PROTECT, null=True, blank=True, related_name="evidence")
    url = models.URLField(max_length=500, blank=True)
    file_name = models.CharField(max_length=200, blank=True, help_text="Name under which the file came")
    dated = models.DateField(null=True, blank=True, help_text="Date of the document itself")
    valid_from = models.DateField(null=True, blank=True, help_text="First day on which the document holds")
    valid_until = models.DateField(null=True, blank=True, help_text="Last day on which the document holds")
    superseded_by = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        help_text="The newer version that took its place",
    )
    version = models.PositiveIntegerField(default=1)
    is_submitted = models.BooleanField(
        default=False, help_text="Has stood in a submitted assessment: the supervisor may read it"
    )
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="file", blob__isnull=False, url="")
                | (models.Q(kind="link", blob__isnull=True) & ~models.Q(url="")),
                name="evidence_is_file_or_link",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from__isnull=True)
                | models.Q(valid_until__isnull=True)
                | models.Q(valid_from__lte=models.F("valid_until")),
                name="evidence_validity_in_order",
            ),
            models.UniqueConstraint(fields=["agency", "blob"], name="evidence_once_per_blob"),
        ]

    def __str__(self) -> str:
        return self.title
