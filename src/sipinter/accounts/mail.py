"""E-mail as plain text, sent after the transaction that caused it; a failure is logged, never raised."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

logger = logging.getLogger(__name__)
PREFIX = "[SIPINTER] "


@dataclass(frozen=True)
class Letter:
    """One mail to one address."""

    to: str
    subject: str
    body: str


def absolute(path: str) -> str:
    """The address of a page of this site, for mails."""
    return f"{settings.BASE_URL}{path}"


def post_on_commit(letters: Iterable[Letter]) -> None:
    """Send the letters once the transaction under way is committed (at once when there is none)."""
    kept = list(letters)
    if kept:
        transaction.on_commit(lambda: deliver(kept))


def deliver(letters: Iterable[Letter]) -> int:
    """Send now; how many went out. What does not go out is logged without its address or text."""
    sent = 0
    connection = get_connection()
    for letter in letters:
        subject = PREFIX + " ".join(letter.subject.split())
        message = EmailMessage(subject, letter.body, None, [letter.to], connection=connection)
        try:
            sent += message.send()
        except Exception as error:  # a mail server's faults are many; none may undo what was committed
            logger.error("mail not sent (%s): %s", type(error).__name__, error)
    return sent
