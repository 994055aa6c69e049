"""Whether a backup could be believed and kept secret, and whether one was ever tried out."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils import timezone

from sipinter.foundation.documents.signing import identity

from ..backup.archive import BackupError
from ..backup.encryption import backup_recipients
from ..finding import Finding, error_finding, note_finding
from ..models import BackupDrill

LONGEST = timedelta(days=90)


def check_backup_protection() -> Iterator[Finding]:
    try:
        recipients = backup_recipients()
    except BackupError:
        wrong = "holds something else than public keys of age"
        yield error_finding("SIPINTER_BACKUP_RECIPIENT", wrong, "give what `age-keygen` printed (age1...)")
        return
    if recipients:
        return
    do = "make a key by `age-keygen` and give its public half"
    try:
        if not settings.SIGNING_SOCKET:
            identity.load_identity(make_key=False)
    except ImproperlyConfigured:
        yield error_finding("SIPINTER_BACKUP_RECIPIENT", "backups are neither signed nor encrypted", do)
        return
    yield note_finding("SIPINTER_BACKUP_RECIPIENT", "backups are signed, but not encrypted", do)


def check_backup_drill() -> Iterator[Finding]:
    try:
        last = BackupDrill.objects.filter(faults=0).first()
    except DatabaseError:  # `check_database` and `check_migrations` say so
        return
    if last is None:
        wrong = "no backup was ever restored in a drill without a fault"
    elif timezone.now() - last.at > LONGEST:
        wrong = f"the last drill without a fault was on {last.at:%Y-%m-%d}"
    else:
        return
    yield note_finding("sipinter backup drill", wrong, f"do one every {LONGEST.days} days")
