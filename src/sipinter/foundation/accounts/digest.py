"""The daily digest: what a person was told since the last one, in one e-mail, on their own clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import ngettext
from django_tasks import task

from sipinter.foundation.agencies.models import TimeZone
from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.periodic import periodic_task

from .mail import Letter, absolute_url, send_letters_on_commit
from .models import Membership, Notification, User
from .notify import language_of, mail_footer


@periodic_task(timedelta(minutes=30))
@queued_before_as("sipinter.accounts.tasks.send_digests")
@task()
def send_digests() -> int:
    """Send the digests whose hour has come; how many."""
    return send_due_digests()


def send_due_digests(now: datetime | None = None) -> int:
    """Send every digest that is due; how many. Due: something waits, and its hour of a new day has come."""
    now = now or timezone.now()
    waiting = Notification.objects.filter(in_digest=True).values("user_id")
    people = list(User.objects.filter(pk__in=waiting, is_active=True).order_by("pk"))
    zones = time_zones_of([person.pk for person in people])
    sent = 0
    for person in people:
        here = now.astimezone(ZoneInfo(zones.get(person.pk, TimeZone.WIB.value)))
        if here.hour >= settings.MAIL_HOUR and person.digest_on != here.date():
            sent += _send(person.pk, here)
    return sent


def time_zones_of(user_ids: list[int]) -> dict[int, str]:
    """The time zone of each person: their agency's; WIB when their agencies differ (one query)."""
    rows = Membership.objects.current().filter(user__in=user_ids)
    found: dict[int, set[str]] = {}
    for user_id, zone in rows.order_by().values_list("user_id", "agency__time_zone"):
        found.setdefault(user_id, set()).add(zone)
    return {pk: zones.pop() if len(zones) == 1 else TimeZone.WIB.value for pk, zones in found.items()}


@transaction.atomic
def _send(user_id: int, here: datetime) -> bool:
    """One person's digest, whichever of two workers comes first; what was read meanwhile is left out."""
    person = User.objects.select_for_update().get(pk=user_id)
    if person.digest_on == here.date():
        return False
    waiting = Notification.objects.filter(user=person, in_digest=True)
    unread = list(waiting.filter(read_at=None).order_by("created_at", "id"))
    waiting.update(in_digest=False)
    if not unread:
        return False
    User.objects.filter(pk=person.pk).update(digest_on=here.date())
    with translation.override(language_of(person)):
        send_letters_on_commit([_letter(person, unread)])
    return True


def _letter(person: User, rows: list[Notification]) -> Letter:
    subject = ngettext("%(num)d notification", "%(num)d notifications", len(rows)) % {"num": len(rows)}
    parts = [
        "\n".join(filter(None, [row.subject, row.body, absolute_url(row.path) if row.path else ""]))
        for row in rows
    ]
    return Letter(person.email, subject, "\n\n".join([*parts, mail_footer("/pemberitahuan/")]))
