"""A person's days as a calendar (RFC 5545): stages of the rounds that concern them, what is asked of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from icalendar import Calendar, Event

from sipinter.assessment.record.models import Assessment, Assignment, Cycle, State
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import AGENCY_ROLES
from sipinter.foundation.accounts.mail import absolute_url

from ..permissions import OPEN_FOR_ANSWERS
from ..services.assignments import assigned_tasks_path

STAGES = {
    "filling_opens": lazy("Filling in opens"),
    "filling_closes": lazy("Last day of filling in"),
    "verification_closes": lazy("Last day of verification"),
    "repair_closes": lazy("Last day of repairs"),
    "plenary_on": lazy("Plenary"),
    "objection_closes": lazy("Last day of objections"),
}
AGENCY_STAGES = ("filling_opens", "filling_closes", "repair_closes", "objection_closes")
KEPT = timedelta(days=366)


@dataclass(frozen=True)
class CalendarDay:
    """One whole day. `key` stays the same when the day is moved, so that calendars move it too."""

    key: str
    on: date
    title: str
    text: str
    path: str


def calendar_days(actor: Actor) -> list[CalendarDay]:
    """The person's days from a year ago, in order (three queries)."""
    found = [*_stages(actor), *_repairs(actor), *_assigned_days(actor)]
    oldest = timezone.localdate() - KEPT
    return sorted((day for day in found if day.on >= oldest), key=lambda day: (day.on, day.key))


def _stages(actor: Actor) -> Iterator[CalendarDay]:
    own = actor.agency_ids(AGENCY_ROLES, confined=True)
    concerns = Q(assessments__agency_id__in=own)
    rows = Cycle.objects.filter(opened_at__isnull=False)
    names = tuple(STAGES) if actor.is_supervisor else AGENCY_STAGES
    for cycle in rows if actor.is_supervisor else rows.filter(concerns).distinct():
        for name in names:
            title = f"{STAGES[name]} · {cycle.name}"
            yield CalendarDay(f"round-{cycle.pk}-{name}", getattr(cycle, name), title, "", "/")


def _repairs(actor: Actor) -> Iterator[CalendarDay]:
    """Days that a verifier set for one agency."""
    rows = Assessment.objects.visible_to(actor).filter(
        state=State.CLARIFICATION,
        repair_due__isnull=False,
        agency_id__in=actor.agency_ids(confined=True),
    )
    for assessment in rows.select_related("cycle", "agency"):
        path = reverse("selfassessment:workspace", args=[assessment.pk])
        if assessment.repair_due:
            title = " · ".join([_("Repairs due"), str(assessment)])
            yield CalendarDay(f"repair-{assessment.pk}", assessment.repair_due, title, "", path)


def _assigned_days(actor: Actor) -> Iterator[CalendarDay]:
    rows = Assignment.objects.of(actor).filter(assessment__state__in=OPEN_FOR_ANSWERS)
    by_day: dict[tuple[Assessment, date], list[Assignment]] = {}
    for row in rows.select_related("assessment__cycle", "assessment__agency"):
        by_day.setdefault((row.assessment, row.due), []).append(row)
    for (assessment, due), of_day in by_day.items():
        codes = ", ".join(dict.fromkeys(row.code for row in of_day))
        title = " · ".join([_("Assigned to you: %(codes)s") % {"codes": codes}, str(assessment)])
        notes = "\n".join(dict.fromkeys(row.note for row in of_day if row.note))
        key = f"asked-{assessment.pk}-{min(row.pk for row in of_day)}"
        yield CalendarDay(key, due, title, notes, assigned_tasks_path(assessment))


def ical_file(days: list[CalendarDay]) -> bytes:
    """The days as an iCalendar file, in the active language."""
    host = urlsplit(settings.BASE_URL).hostname or "sipinter"
    calendar = Calendar()
    calendar.add("prodid", "-//SIPINTER//SIPINTER//" + (get_language() or "id").upper())
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "SIPINTER")
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for day in days:
        calendar.add_component(_event(day, host))
    return bytes(calendar.to_ical())


def _event(day: CalendarDay, host: str) -> Event:
    event = Event()
    event.add("uid", f"{day.key}@{host}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", day.title)
    if day.text:
        event.add("description", day.text)
    event.add("url", absolute_url(day.path))
    event.add("transp", "TRANSPARENT")
    return event
