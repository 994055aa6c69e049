"""A person's own calendar address: a secret in a link, as calendar programs cannot sign in."""

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import CalendarAddress
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.accounts.models import User
from sipinter.foundation.audit.services import record


@transaction.atomic
def open_calendar(user: User, *, actor: Actor) -> str:
    """A new secret for one's calendar address; an earlier one stops working. It is shown once, never kept."""
    _own(user, actor)
    token = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(
        user=user, defaults={"token_hash": hash_calendar_token(token), "created_at": timezone.now()}
    )
    record("calendar.opened", user, actor=actor)
    return token


@transaction.atomic
def close_calendar(user: User, *, actor: Actor) -> bool:
    """Have the address answer no more; whether there was one."""
    _own(user, actor)
    gone, _by_kind = CalendarAddress.objects.filter(user=user).delete()
    if gone:
        record("calendar.closed", user, actor=actor)
    return bool(gone)


def calendar_owner(token: str) -> User | None:
    """Whose calendar the secret opens; None for an unknown one and for closed accounts (one query)."""
    found = (
        CalendarAddress.objects.select_related("user").filter(token_hash=hash_calendar_token(token)).first()
    )
    return found.user if found and found.user.is_active else None


def hash_calendar_token(token: str) -> str:
    """What is kept of the secret; 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def _own(user: User, actor: Actor) -> None:
    if actor.user_id != user.pk:
        raise Denied(_("Everybody has only their own calendar."))
