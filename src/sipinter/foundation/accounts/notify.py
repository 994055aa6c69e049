"""Telling people: a row they find in the page, and an e-mail at once, in their digest, or not at all."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Denied

from .mail import Letter, absolute_url, send_letters_on_commit
from .models import MailFrequency, Notification, User

_FOOTER = _("This message was sent by SIPINTER. Sign in to see it: %(link)s")
_CHOICE = _("Fewer e-mails, one a day, or none: %(link)s")


def notify(
    users: Iterable[User],
    subject: Any,
    body: Any = "",
    path: str = "",
    *,
    values: Mapping[str, Any] | None = None,
    about: str = "",
    mail: bool = True,
) -> list[Notification]:
    """One notification a person (each once, active accounts only), and an e-mail as they chose.

    `subject` and `body` may be lazy texts with %(name)s places that `values` (lazy ones, too) fills: they
    are written in each person's own language, not in that of whoever caused them. `about` stands behind
    the subject as it is. `path` is the page of this site to open. `mail` False: never by e-mail.
    """
    if path and (not path.startswith("/") or path.startswith("//")):
        raise ValueError(f"not a path of this site: {path!r}")
    people = list({user.pk: user for user in users if user.is_active}.values())
    rows: list[Notification] = []
    for language, group in groupby(sorted(people, key=language_of), key=language_of):
        with translation.override(language):
            title = " ".join(" · ".join(filter(None, [_fill_text(subject, values), about])).split())[:200]
            text = _fill_text(body, values)
            rows += _written(list(group), title, text, path, mail=mail)
    return rows


def language_of(user: User) -> str:
    """The language in which the person is written to."""
    return user.language or settings.LANGUAGE_CODE


def mail_footer(path: str) -> str:
    """How an e-mail ends: where to read it, and where to choose otherwise (both after signing in)."""
    links = str(_FOOTER) % {"link": absolute_url(path or "/")}
    return f"{links}\n{str(_CHOICE) % {'link': absolute_url(reverse('accounts:preferences'))}}\n"


def _written(people: list[User], title: str, text: str, path: str, *, mail: bool) -> list[Notification]:
    """The rows and letters of people who read the active language."""
    rows = Notification.objects.bulk_create(
        Notification(
            user=user,
            subject=title,
            body=text,
            path=path,
            in_digest=mail and user.mails == MailFrequency.DAILY,
        )
        for user in people
    )
    if mail:
        whole = f"{text or title}\n\n{mail_footer(path)}"
        send_letters_on_commit(
            Letter(user.email, title, whole) for user in people if user.mails == MailFrequency.AT_ONCE
        )
    return rows


def mark_read(notification: Notification, *, actor: Actor) -> None:
    """Note that the person has seen it; Denied for anybody else's."""
    if notification.user_id != actor.user_id:
        raise Denied(str(_("This notification is somebody else's.")))
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=timezone.now())


def mark_all_read(*, actor: Actor) -> int:
    """Note that the person has seen all of their notifications; how many were new."""
    if actor.user_id is None:
        return 0
    return Notification.objects.filter(user_id=actor.user_id, read_at=None).update(read_at=timezone.now())


def _fill_text(text: Any, values: Mapping[str, Any] | None) -> str:
    return str(text) % values if values else str(text)


fill_lazily = lazy(_fill_text, str)  # the same as a lazy text
