"""What people leave behind goes when its time is up: SIPINTER_KEEP_DAYS, docs/privacy.md.

Tasks and jobs go with their queue (`foundation/work/tasks.py`), interrupted uploads with theirs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django_tasks import task

from sipinter.foundation.accounts.models import Invitation, Notification
from sipinter.foundation.accounts.services.erasure import destroy_keys_of_erased
from sipinter.foundation.audit.persons import destroy_key, erased_label, person_of_invitation
from sipinter.foundation.work.periodic import periodic_task

from .models import RetentionRun

NOWHERE = "@erased.invalid"


@periodic_task(timedelta(days=1))
@task()
def delete_expired_records() -> dict[str, int]:
    """Remove what is past its time, class by class; leaves a RetentionRun that says how much."""
    now = timezone.now()
    gone = {
        kind: remove(now - timedelta(days=days))
        for kind, remove in CLASSES.items()
        if (days := settings.KEEP_DAYS[kind])
    }
    gone["keys"] = destroy_keys_of_erased()
    RetentionRun.objects.create(at=now, removed=gone)
    return gone


def _sessions(before: datetime) -> int:
    """Which browser was signed in, from where and when."""
    gone: int = UserSession.objects.filter(last_seen_at__lt=before).delete()[0]
    return gone


def _notifications(before: datetime) -> int:
    return Notification.objects.filter(created_at__lt=before).delete()[0]


def _invitations(before: datetime) -> int:
    """Of whoever did not come: the address, the name, and the key under which the trail knows them."""
    ended = Q(revoked_at__lt=before) | Q(accepted_at__isnull=True, expires_at__lt=before)
    found = Invitation.objects.filter(ended).exclude(email__endswith=NOWHERE)
    numbers = list(found.values_list("pk", flat=True))
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        for pk in numbers:
            person = person_of_invitation(pk)
            Invitation.objects.filter(pk=pk).update(email=f"{person}{NOWHERE}", name=erased_label())
    for pk in numbers:
        destroy_key(person_of_invitation(pk))
    return len(numbers)


def _mails(before: datetime) -> int:
    """Those that went to files instead of a mail server."""
    gone = 0
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink()
            gone += 1
    return gone


CLASSES: dict[str, Callable[[datetime], int]] = {
    "sessions": _sessions,
    "notifications": _notifications,
    "invitations": _invitations,
    "mails": _mails,
}
