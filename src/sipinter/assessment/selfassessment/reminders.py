"""Reminding people of what is assigned to them, before and after the day, each time once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Assessment, Assignment, Reminder
from sipinter.assessment.record.queries.page_frame import load_frame
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.notify import fill_lazily, notify
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.services import record, target_of
from sipinter.foundation.web.formatters import format_day

from .permissions import OPEN_FOR_ANSWERS
from .queries.teamwork import is_indicator_open
from .services.assignments import assigned_tasks_path, assignment_recipients, assignment_text

ReminderStep = tuple[Assignment, int]
COMING = gettext_lazy("Due on %(day)s: %(codes)s")
OVERDUE = gettext_lazy("Was due on %(day)s: %(codes)s")


def send_due_reminders(now: datetime | None = None) -> int:
    """Send every reminder that is due, from the hour in the settings on the agency's clock; how many."""
    now = now or timezone.now()
    horizon = now.date() + timedelta(days=1 + max(settings.REMIND_BEFORE, default=0))
    rows = Assignment.objects.current().filter(due__lte=horizon, assessment__state__in=OPEN_FOR_ANSWERS)
    by_assessment: dict[Assessment, list[Assignment]] = defaultdict(list)
    for row in rows.select_related("assessment__cycle", "assessment__agency", "person"):
        by_assessment[row.assessment].append(row)
    return sum(_remind_of(assessment, rows, now) for assessment, rows in by_assessment.items())


def due_reminder(assignment: Assignment, today: date, zone: ZoneInfo) -> int | None:
    """The reminder that is due on `today`: days before the due date (negative: after it), or None.

    A reminder whose day passed unnoticed is made up for; one that was due before it was asked is not.
    """
    left = (assignment.due - today).days
    if left < 0:
        return left if -left <= settings.REMIND_AFTER else None
    reached = [days for days in settings.REMIND_BEFORE if left <= days]
    if not reached:
        return None
    days: int = min(reached)
    asked_on = assignment.asked_at.astimezone(zone).date()
    return None if asked_on >= assignment.due - timedelta(days=days) else days


def _remind_of(assessment: Assessment, rows: Iterable[Assignment], now: datetime) -> int:
    zone = assessment.agency.zone
    here = now.astimezone(zone)
    if here.hour < settings.MAIL_HOUR:
        return 0
    due = [(row, days) for row in rows if (days := due_reminder(row, here.date(), zone)) is not None]
    if not due:
        return 0
    frame = load_frame(assessment, system_actor())
    due = [(row, days) for row, days in due if is_indicator_open(frame, row.code)]
    people: dict[tuple[int | None, str], list[User]] = {}
    steps: dict[tuple[User, date], list[ReminderStep]] = defaultdict(list)
    for row, days in due:
        key = (row.person_id, row.unit)
        if key not in people:
            people[key] = assignment_recipients(assessment, row.person, row.unit)
        for user in people[key]:
            steps[user, row.due].append((row, days))
    return sum(_remind(assessment, user, due, of_user) for (user, due), of_user in steps.items())


@transaction.atomic
def _remind(assessment: Assessment, user: User, due: date, steps: list[ReminderStep]) -> int:
    """One message for all that is due on one day and not reminded of yet; 1 when it was sent."""
    new = {row.code: days for row, days in steps if _first_time(row, user, days)}
    if not new:
        return 0
    instrument = instrument_of(assessment.cycle)
    codes = [code for code in instrument.indicators if code in new]
    text = OVERDUE if min(new.values()) < 0 else COMING
    subject = fill_lazily(text, {"day": lazy(format_day, str)(due), "codes": ", ".join(codes)})
    record(
        "assignment.reminded",
        target_of(assessment, "assignments"),
        actor=system_actor(),
        agency_id=assessment.agency_id,
        changes={"codes": [None, codes], "to": [None, seal_user(user.pk, user.name)]},
    )
    notify(
        [user],
        subject,
        assignment_text(instrument, codes, ""),
        assigned_tasks_path(assessment),
        about=str(assessment),
    )
    return 1


def _first_time(row: Assignment, user: User, days: int) -> bool:
    _row, made = Reminder.objects.get_or_create(assignment=row, user=user, due=row.due, days=days)
    return made
