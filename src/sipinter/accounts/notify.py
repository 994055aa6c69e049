"""Telling people: a row they find in the page, and an e-mail when the transaction is committed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from sipinter.web.errors import Denied

from .actor import Actor
from .mail import Letter, absolute, post_on_commit
from .models import Notification, User

_FOOTER = _("This message was sent by SIPINTER. Sign in to see it: %(link)s")


def notify(
    users: Iterable[User],
    subject: Any,
    body: Any = "",
    path: str = "",
    *,
    values: Mapping[str, Any] | None = None,
    mail: bool = True,
) -> list[Notification]:
    """One notification a person (each once, active accounts only), and an e-mail after commit.

    `subject` and `body` may be lazy texts with %(name)s places that `values` fills: they are written in
    the site's own language, not in that of whoever caused them. `path` is the page of this site to open.
    """
    if path and (not path.startswith("/") or path.startswith("//")):
        raise ValueError(f"not a path of this site: {path!r}")
    people = list({user.pk: user for user in users if user.is_active}.values())
    with translation.override(settings.LANGUAGE_CODE):
        title = " ".join(_filled(subject, values).split())[:200]
        text = _filled(body, values)
        rows = Notification.objects.bulk_create(
            [Notification(user=user, subject=title, body=text, path=path) for user in people]
        )
        if mail:
            footer = str(_FOOTER) % {"link": absolute(path or "/")}
            whole = f"{text}\n\n{footer}\n" if text else f"{title}\n\n{footer}\n"
            post_on_commit(Letter(user.email, title, whole) for user in people)
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


def _filled(text: Any, values: Mapping[str, Any] | None) -> str:
    return str(text) % values if values else str(text)
