"""Searching the audit trail: newest first, a page at a time by what stood last on the one before."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.models import Membership, User
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit import persons
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.foundation.audit.queries import is_sealed
from sipinter.foundation.audit.services import hash_event, hashed_content

from .permissions import OWN

ROWS_A_PAGE = 50
MATCHES = 100  # people or agencies that a name may stand for
# The supervisor's own work: the agency reads it in its assessment's history, once it has been handed over.
NOT_FOR_THE_AGENCY = (
    "answer.judged",
    "recommendation.drafted",
    "recommendation.edited",
    "decision.made",
    "decision.corrected",
    "decision.paper_made",
    "decision.read",
    "assessment.handed_over",
    "second_reading.drawn",
    "second_reading.assigned",
    "second_reading.done",
    "quick.started",
    "quick.level_saved",
    "quick.finished",
    "assessment.return_to_verifier",
    "assessment.return_from_plenary",
)


@dataclass(frozen=True)
class TrailSearch:
    """What is searched for; empty: everything. Days are whole days of the Western zone (WIB)."""

    agency: str = ""
    person: str = ""
    action: str = ""
    target: str = ""
    since: date | None = None
    until: date | None = None
    text: str = ""


def visible_events(actor: Actor) -> QuerySet[Event]:
    """Events that the person may read: auditors all, an agency's heads those of their own agency."""
    if actor.is_system or actor.has(Role.AUDITOR):
        return Event.objects.all()
    own = Event.objects.filter(agency_id__in=actor.agency_ids(OWN))
    return own.exclude(action__in=NOT_FOR_THE_AGENCY)


def search_events(actor: Actor, wanted: TrailSearch) -> QuerySet[Event]:
    """The events that match, newest first, with their agencies."""
    rows = visible_events(actor).select_related("agency")
    if wanted.agency:
        rows = rows.filter(agency_id__in=_agencies(wanted.agency))
    if wanted.person:
        people = list(
            User.objects.filter(name__icontains=wanted.person).values_list("pk", flat=True)[:MATCHES]
        )
        rows = rows.filter(Q(actor_id__in=people) | Q(on_behalf_of_id__in=people) if people else Q(pk=None))
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.target:
        rows = rows.filter(target=wanted.target)
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    if wanted.text:
        text = wanted.text
        if connection.vendor == "sqlite":  # keeps JSON in ASCII
            text = json.dumps(text)[1:-1]
        rows = rows.annotate(changes_text=Cast("changes", TextField())).filter(changes_text__icontains=text)
    return rows.order_by("-at", "-id")


def _agencies(words: str) -> list[int]:
    rows = Agency.objects.filter(Q(code=words) | Q(name__icontains=words)).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:MATCHES])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class EventPage:
    """Some events, and the key of the page that follows (empty: there is none)."""

    rows: list[Event]
    following: str = ""


def events_after(rows: QuerySet[Event], after: str = "") -> EventPage:
    """The events after the one that `after` names, one query however far back it lies."""
    key = _key(after)
    if key is not None:
        at, pk = key
        rows = rows.filter(at__lte=at).exclude(at=at, pk__gte=pk)
    events = list(rows[: ROWS_A_PAGE + 1])
    last = events[ROWS_A_PAGE - 1] if len(events) > ROWS_A_PAGE else None
    return EventPage(events[:ROWS_A_PAGE], f"{last.at.isoformat()}_{last.pk}" if last else "")


def _key(text: str) -> tuple[datetime, int] | None:
    """The moment and number in `text`; None when it is not one that a page gave."""
    at, _mark, pk = text.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), int(pk[:18])) if moment.tzinfo else None
    except (ValueError, OverflowError):  # a moment at either end of the calendar is none in UTC
        return None


def visible_refusals(actor: Actor) -> QuerySet[Refusal]:
    """Refused attempts that the person may read of: auditors all, an agency's heads those at its doors."""
    if actor.is_system or actor.has(Role.AUDITOR):
        return Refusal.objects.all()
    return Refusal.objects.filter(agency_id__in=actor.agency_ids(OWN))


def search_refusals(actor: Actor, wanted: TrailSearch) -> QuerySet[Refusal]:
    """The counts that match, newest hour first; text in the changes is none of theirs and finds nothing."""
    rows = visible_refusals(actor).select_related("agency", "actor")
    if wanted.agency:
        rows = rows.filter(agency_id__in=_agencies(wanted.agency))
    if wanted.person:
        rows = rows.filter(actor__name__icontains=wanted.person)
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.target:
        rows = rows.filter(target=wanted.target)
    if wanted.since:
        rows = rows.filter(hour__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(hour__lt=_midnight(wanted.until + timedelta(days=1)))
    return (rows.none() if wanted.text else rows).order_by("-hour", "-id")


@dataclass(frozen=True)
class RefusalPage:
    """Some counts, and the key of the page that follows (empty: there is none)."""

    rows: list[Refusal]
    following: str = ""


def refusals_after(rows: QuerySet[Refusal], after: str = "") -> RefusalPage:
    """As `events_after`."""
    key = _key(after)
    if key is not None:
        hour, pk = key
        rows = rows.filter(hour__lte=hour).exclude(hour=hour, pk__gte=pk)
    found = list(rows[: ROWS_A_PAGE + 1])
    last = found[ROWS_A_PAGE - 1] if len(found) > ROWS_A_PAGE else None
    return RefusalPage(found[:ROWS_A_PAGE], f"{last.hour.isoformat()}_{last.pk}" if last else "")


def refused_lately(actor: Actor) -> int:
    """Attempts of the last 24 hours that the person may read of (one query)."""
    since = timezone.now() - timedelta(hours=24)
    counted = visible_refusals(actor).filter(last_at__gte=since).aggregate(n=Sum("count"))
    return counted["n"] or 0


def iterate_events(rows: QuerySet[Event]) -> Iterator[Event]:
    """All of them, a few thousand at a time."""
    return rows.iterator(chunk_size=2000)


@dataclass(frozen=True)
class EventProof:
    """How one event stands in its chain: whether its own hash fits, that of the one before, and its seal."""

    fits: bool
    follows: bool
    sealed: bool

    @property
    def holds(self) -> bool:
        return self.fits and self.follows and self.sealed


def verify_event(event: Event) -> EventProof:
    """Check one event on the spot (two queries at most). The whole trail is `sipinter audit verify`'s."""
    before = Event.objects.filter(chain_id=event.chain_id, position=event.position - 1).values_list(
        "hash", flat=True
    )
    previous = before.first() if event.position > 1 else ""
    return EventProof(
        fits=event.hash == hash_event(event.previous_hash, hashed_content(event)),
        follows=event.previous_hash == previous,
        sealed=is_sealed(event),
    )


def event_changes(event: Event) -> list[tuple[str, Any, Any]]:
    """(field, from, to) of an event, as it was written."""
    told = []
    for name, value in _shown(event).items():
        is_pair = isinstance(value, list) and len(value) == 2
        before, after = value if is_pair else (None, value)
        told.append((name, _plain(before), _plain(after)))
    return told


PERSONAL = ("email", "name")


def _shown(event: Event) -> dict[str, Any]:
    """The changes as they may be read; those from before names were sealed hide erased people, too."""
    changes: dict[str, Any] = event.shown_changes
    if not any(name in changes for name in PERSONAL):
        return changes
    kind, _colon, pk = event.target.partition(":")
    person = f"{kind}-{pk}"
    if kind == "membership" and pk.isdigit():
        held = Membership.objects.filter(pk=pk).values_list("user_id", flat=True).first()
        person = persons.person_of_user(held) if held else person
    if not persons.is_erased(person):
        return changes
    return {name: [None, persons.erased_label()] if name in PERSONAL else v for name, v in changes.items()}


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
