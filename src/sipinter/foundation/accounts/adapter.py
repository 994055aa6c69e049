"""allauth's hooks: sign-in, sign-out and passwords as this system wants them, each on record."""

import base64
import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import NOBODY
from sipinter.foundation.audit.refusals import count_refusal
from sipinter.foundation.audit.services import record
from sipinter.foundation.web.nav import url_or_none
from sipinter.foundation.web.rate_limits import is_allowed

from .actor import actor_of
from .decorators import drop_foreign_input
from .known_browsers import browser_number, note_known_browser
from .mail import PREFIX, Letter, absolute_url, send_letters_on_commit
from .middleware import has_second_factor, second_factor_url
from .models import User
from .sessions import start_session

logger = logging.getLogger(__name__)
MFA_STAGE = "allauth.mfa.stages.AuthenticateStage"
KNOWN_LIMIT = "login_known"
OUR_STAGE = "sipinter.foundation.accounts.oidc.SecondFactorStage"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up alone: an invitation makes the account."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": lazy(
            "Too many failed attempts with this address, perhaps by somebody else. Wait five minutes, or "
            "choose “Forgot your password?”: the link in the e-mail lets you in at once."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        stages: list[str] = super().get_login_stages()
        return [OUR_STAGE if stage == MFA_STAGE else stage for stage in stages]

    def login(self, request: HttpRequest, user: User) -> None:
        drop_foreign_input(request, user.pk)
        super().login(request, user)
        note_known_browser(request, user)
        start_session(request)
        factor = has_second_factor(request, user)
        changes = {"second_factor": [None, factor]}
        record("user.signed_in", user, actor=actor_of(user, second_factor=factor), changes=changes)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """To the wanted page; to the one about the second factor when the person's role asks for it."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        actor = actor_of(user, second_factor=has_second_factor(request, user))
        if actor.withheld:
            return HttpResponseRedirect(second_factor_url(response.get("Location", "/")))
        return response

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        if isinstance(user, User):
            record("user.signed_out", user, actor=actor_of(user))
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Counted with the account it was tried on; never what was typed, which may be a password."""
        email = str(credentials.get("email") or "").strip().lower()
        user = User.objects.filter(email=email).first()
        count_refusal("user.sign_in_failed", user or "user:unknown", actor=NOBODY)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt: of a browser used before by itself, of any other by the account."""
        number = browser_number(request, str(credentials.get("email") or ""))
        try:
            if not number:
                super().pre_authenticate(request, **credentials)
            elif not is_allowed(request, KNOWN_LIMIT, key=number):
                raise self.validation_error("too_many_login_attempts")
        except ValidationError:
            logger.warning("sign-in throttled")
            raise

    def reauthenticate(self, user: User, password: str) -> bool:
        """The password again; a right one begins this browser's count anew."""
        proved = bool(super().reauthenticate(user, password))
        if proved and self.request:
            note_known_browser(self.request, user)
        return proved

    def set_password(self, user: User, password: str) -> None:
        """A new password; Django then refuses all other sessions of the person."""
        with transaction.atomic():
            super().set_password(user, password)
            record("user.password_changed", user, actor=actor_of(user))
        if self.request:
            note_known_browser(self.request, user)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the queue, so that the page neither waits for the mail server nor shows who exists."""
        host = urlsplit(settings.BASE_URL).netloc
        site = {"request": self.request, "email": email, "current_site": {"name": host, "domain": host}}
        language = getattr(context.get("user"), "language", "") or get_language()
        with translation.override(language):
            message = self.render_mail(template_prefix, email, site | context)
        send_letters_on_commit([Letter(email, message.subject, message.body)])

    def format_email_subject(self, subject: str) -> str:
        return f"{PREFIX}{subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the configured address, whatever host the request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return absolute_url(path.replace("UID-KEY", key))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return url_or_none("web:account") or "/"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors are encrypted at rest, and cannot be dropped where a role demands one."""

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of a person whose role demands one."""
        mine = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        others = mine.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return others or not actor_of(authenticator.user).withheld


def _cipher() -> MultiFernet:
    """Keys made from the site's secret keys: the present one writes, earlier ones (fallbacks) still read."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [
        salted_hmac("sipinter.second-factor", "", secret=s, algorithm="sha256").digest() for s in secrets
    ]
    return MultiFernet(Fernet(base64.urlsafe_b64encode(digest)) for digest in digests)
