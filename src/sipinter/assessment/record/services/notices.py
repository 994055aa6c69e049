"""Telling people what a step of the workflow means for them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.notify import fill_lazily, notify

from ..models import Assessment


def notify_about_assessment(
    users: Iterable[User],
    assessment: Assessment,
    subject: str | Promise,
    body: str | Promise = "",
    *,
    desk: bool = False,
    values: Mapping[str, Any] | None = None,
) -> None:
    """Notify `users` with a link to the workspace, or to the desk.

    Lazy texts are written in each person's language, whatever the acting person reads; `values` fill the
    subject.
    """
    name = "verification:overview" if desk else "selfassessment:workspace"
    about = fill_lazily(subject, values) if values else subject
    notify(users, about, body, reverse(name, args=[assessment.pk]), about=str(assessment))
