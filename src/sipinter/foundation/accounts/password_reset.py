"""A forgotten password: whoever asks, for whatever address, the page does the same and takes as long.

The page only queues the address; whether anybody has it is looked up by the worker.
"""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import get_language
from django_tasks import task

from sipinter.foundation.work.queue import enqueue_task

from .models import User


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    """allauth's, which looks the person up and writes the letter while the visitor waits."""

    def clean_email(self) -> str:
        """The address as typed; it stays open whether anybody has it."""
        return str(self.cleaned_data["email"])

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Leave it to the queue."""
        email = str(self.cleaned_data["email"])
        enqueue_task(send_reset_link, email.lower(), get_language() or "")
        return email


@task(priority=10)
@transaction.atomic
def send_reset_link(email: str, language: str) -> None:
    """A letter with the link to whoever signs in with this address; nothing where nobody does."""
    adapter = get_adapter()
    with translation.override(language):
        for user in _people_at(email):
            token = default_token_generator.make_token(user)
            key = f"{user_pk_to_url_str(user)}-{token}"
            url = adapter.get_reset_password_from_key_url(key)
            adapter.send_password_reset_mail(user, email, {"user": user, "password_reset_url": url})


def _people_at(email: str) -> Iterable[User]:
    """Who signs in with the address: usually one, or nobody."""
    verified = Q(emailaddress__email__iexact=email, emailaddress__verified=True)
    return User.objects.filter(verified | Q(email__iexact=email), is_active=True).distinct()
