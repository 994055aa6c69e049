from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce

from . import persons


class Chain(models.Model):
    """Head of one chain of events: one per agency, and one (agency null) for the nation."""

    agency = models.OneToOneField("agencies.Agency", models.PROTECT, null=True, related_name="+")
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            # A unique column lets several nulls in; the nation has one chain only.
            models.UniqueConstraint(Coalesce("agency", models.Value(0)), name="one_chain_each"),
        ]


class Event(models.Model):
    """One thing that happened. Written once, by `audit.services.record`, never changed.

    `hash` covers the row and the hash of the row before it in the same chain. `mac` seals the hash with a key
    that the database never holds (`keys.py`); empty: from before there were keys.
    """

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="events", db_index=False)
    position = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    # The indexes below begin with the keys of whoever is searched for; a second one each only costs writes.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    actor_name = models.CharField(max_length=1000, help_text="Of a person sealed (persons.py)")
    actor_role = models.CharField(max_length=200, blank=True)
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The person for whom it was done",
    )
    on_behalf_name = models.CharField(max_length=1000, blank=True, default="")
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+", db_index=False)
    action = models.CharField(max_length=80)
    target = models.CharField(max_length=120, help_text="model:id[:part], for example answer:17")
    changes = models.JSONField(default=dict, help_text="field -> [from, to]")
    rows = models.JSONField(default=dict, help_text="model:id -> digest of a row that this made or changed")
    request_id = models.CharField(max_length=40, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    mac = models.CharField(max_length=64, default="")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["target", "-at"], name="event_by_target"),
            models.Index(fields=["-at", "-id"], name="event_by_time"),
            models.Index(fields=["agency", "-at", "-id"], name="event_by_agency"),
            models.Index(fields=["actor", "-at", "-id"], name="event_by_actor"),
            models.Index(fields=["action", "-at", "-id"], name="event_by_action"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="event_position_once"),
        ]

    @property
    def who(self) -> str:
        """The name of whoever acted, as it was then; "(erased)" once the person was erased."""
        return _readable_name(self.actor_id, self.actor_name)

    @property
    def for_whom(self) -> str:
        """The same of the person for whom it was done; empty when there is none."""
        return _readable_name(self.on_behalf_of_id, self.on_behalf_name)

    @property
    def shown_changes(self) -> Any:
        """`changes` with every name and address that can still be read."""
        return persons.open_values(self.changes)


def _readable_name(user_id: int | None, name: str) -> str:
    """An event from before names were sealed holds it as it is; pages show it no more once it was erased."""
    if user_id is not None and persons.is_erased(persons.person_of_user(user_id)):
        return persons.erased_label()
    return persons.open_value(name)


class Refusal(models.Model):
    """Refused attempts of one person at one object within one hour, by `audit.refusals.count_refusal`.

    `mac` seals the row as it stands; `closed`: an event vouches for the whole hour.
    """

    hour = models.DateTimeField(help_text="When the hour began")
    last_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    actor_role = models.CharField(max_length=200, blank=True)
    agency = models.ForeignKey("agencies.Agency", models.PROTECT, null=True, related_name="+", db_index=False)
    action = models.CharField(max_length=80)
    target = models.CharField(max_length=120, help_text="model:id of what it was about, or a name")
    count = models.PositiveIntegerField(default=0)
    request_id = models.CharField(max_length=40, blank=True, help_text="Of the first attempt")
    mac = models.CharField(max_length=64, default="")
    closed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-hour", "-id"]
        indexes = [
            models.Index(fields=["-hour", "-id"], name="refusal_by_hour"),
            models.Index(fields=["agency", "-hour", "-id"], name="refusal_by_agency"),
            models.Index(fields=["actor", "-hour", "-id"], name="refusal_by_actor"),
        ]
        constraints = [
            models.UniqueConstraint(
                "hour",
                "action",
                "target",
                Coalesce("actor", models.Value(0)),
                name="refusal_once_an_hour",
            ),
        ]


class Checkpoint(models.Model):
    """Where the chains stood at one moment, signed. Written once, by `audit.checkpoints.make_checkpoint`.

    `text` is what is signed; `signature` is base64; `certificate` the SHA-256 of the certificate (DER).
    """

    number = models.PositiveIntegerField(unique=True)
    day = models.DateField(db_index=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    signature = models.TextField()
    certificate = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]


class CheckpointPlace(models.Model):
    """How far the pushing of checkpoints to one place has come (`places.py`); no guarantee hangs on it."""

    name = models.CharField(max_length=500, unique=True)
    number = models.PositiveIntegerField(default=0, help_text="The last checkpoint that it took")
    delivered_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True, default="")
    failed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]


class CheckpointStamp(models.Model):
    """The time stamp (RFC 3161) of one checkpoint, in base64; it proves itself (`stamps.py`)."""

    checkpoint = models.OneToOneField(Checkpoint, models.PROTECT, related_name="stamp")
    token = models.TextField()
