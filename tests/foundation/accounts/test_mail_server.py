"""MailFrequency through a real SMTP server on loopback that is down at first."""

import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from deploy.process import free_port
from sipinter.foundation.accounts.mail import Letter, send_letters_on_commit
from sipinter.foundation.work.queries import queue_length
from sipinter.foundation.work.worker import drain_queue

pytestmark = pytest.mark.django_db


class Postbox:
    """Keeps what comes in; refuses addresses at `gone.example`, and the first mail to `busy.example`."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self._asked_to_wait = False

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.endswith("@gone.example"):
            return "550 no such person"
        if address.endswith("@busy.example") and not self._asked_to_wait:
            self._asked_to_wait = True
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        message = BytesParser(policy=default).parsebytes(envelope.content)
        self.letters.append(message)
        return "250 OK"


@pytest.fixture
def port(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.WORK_BACKOFF = 1
    return settings.EMAIL_PORT


@pytest.fixture
def postbox(port):
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    yield box, controller
    if controller.server is not None:
        controller.stop()


def settled(patience=10.0):
    """Run the queue until nothing waits any more."""
    until = time.monotonic() + patience
    while queue_length().waiting and time.monotonic() < until:
        drain_queue()
        time.sleep(0.05)


def test_a_letter_waits_for_the_server_and_goes_out_once(postbox):
    box, controller = postbox
    send_letters_on_commit([Letter("putri@contoh.go.id", "Undangan", "Silakan masuk.\n")])
    drain_queue()
    waiting = DBTaskResult.objects.get()
    assert (waiting.status, len(waiting.worker_ids)) == ("READY", 1)
    assert 0 < (waiting.run_after - timezone.now()).total_seconds() <= 1
    controller.start()
    settled()
    (letter,) = box.letters
    assert (letter["To"], letter["Subject"]) == ("putri@contoh.go.id", "[SIPINTER] Undangan")
    assert letter["Message-ID"] == waiting.args_kwargs["args"][3]
    sent = DBTaskResult.objects.get()
    assert (sent.status, sent.args_kwargs) == ("SUCCESSFUL", {"args": [], "kwargs": {}})


def test_a_refused_address_is_given_up_a_busy_one_tried_again(postbox, caplog):
    box, controller = postbox
    controller.start()
    send_letters_on_commit(
        [Letter("lama@gone.example", "Satu", "Isi"), Letter("ramai@busy.example", "Dua", "Isi")]
    )
    settled()
    assert [letter["To"] for letter in box.letters] == ["ramai@busy.example"]
    assert (queue_length().failed, queue_length().waiting) == (1, 0)
    failed = DBTaskResult.objects.get(status="FAILED")
    assert len(failed.worker_ids) == 1
    assert "gone.example" not in caplog.text + failed.traceback
    assert "busy.example" not in caplog.text
