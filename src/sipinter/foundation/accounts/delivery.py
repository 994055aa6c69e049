"""Handing one letter to the mail server. Neither log nor error holds its address or text."""

import logging
from smtplib import SMTPRecipientsRefused

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Refused

logger = logging.getLogger(__name__)


class MailNotSent(Exception):
    """The mail server did not take it this time."""


class Undeliverable(Refused):
    """The mail server refuses the address for good."""


def deliver_letter(to: str, subject: str, body: str, message_id: str) -> None:
    """Send it now; MailNotSent (worth another try) or Undeliverable.

    The same `message_id` at every try: where a worker dies between the server's yes and our note of it,
    the letter goes out twice, and mail servers and programs know the second one for the same.
    """
    message = EmailMessage(subject, body, None, [to], headers={"Message-ID": message_id})
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        if all(code >= 500 for code, _words in error.recipients.values()):
            raise Undeliverable(_("The mail server refuses this address.")) from None
        raise MailNotSent(type(error).__name__) from None
    except Exception as error:  # a mail server's faults are many, and some name the address
        logger.warning("mail not sent: %s", type(error).__name__)
        raise MailNotSent(type(error).__name__) from None
