"""E-mail as plain text: queued with what caused it, sent by a worker, tried again when need be."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import make_msgid

from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django_tasks import task

from sipinter.foundation.work.earlier_paths import queued_before_as
from sipinter.foundation.work.queue import enqueue_task

from .delivery import deliver_letter

PREFIX = "[SIPINTER] "


@dataclass(frozen=True)
class Letter:
    """One mail to one address."""

    to: str
    subject: str
    body: str


def absolute_url(path: str) -> str:
    """The address of a page of this site, for mails."""
    return f"{settings.BASE_URL}{path}"


@queued_before_as("sipinter.accounts.tasks.send_letter")
@task(priority=10)
def send_letter(to: str, subject: str, body: str, message_id: str) -> None:
    """Hand one letter to the mail server."""
    deliver_letter(to, subject, body, message_id)


def send_letters_on_commit(letters: Iterable[Letter]) -> None:
    """Have the letters sent once the transaction under way is committed: they are part of it."""
    for letter in letters:
        subject = PREFIX + " ".join(letter.subject.removeprefix(PREFIX).split())
        enqueue_task(send_letter, letter.to, subject, letter.body, make_msgid(domain=str(DNS_NAME)))
