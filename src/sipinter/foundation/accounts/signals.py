"""The audit trail of second factors and e-mail addresses.

allauth changes them in its own flows and offers no hook there but its signals: the one place in this
system where something on record is heard of by signal.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import authentication_step_completed, email_changed
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from sipinter.foundation.access.actor import NOBODY
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.refusals import count_refusal
from sipinter.foundation.audit.services import record

from .actor import actor_of
from .models import User
from .sessions import end_own_other_sessions

ON = "user.second_factor_on"
OFF = "user.second_factor_off"


@receiver(signals.authenticator_added)
def record_authenticator_added(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """An authenticator app was connected, or recovery codes were made."""
    record(ON, user, actor=actor_of(user), changes={"kind": [None, authenticator.type]})
    _end_others(request, user)


@receiver(signals.authenticator_removed)
def record_authenticator_removed(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """It was disconnected."""
    record(OFF, user, actor=actor_of(user), changes={"kind": [authenticator.type, None]})
    _end_others(request, user)


def _end_others(request: HttpRequest, user: User) -> None:
    """Browsers that were signed in on other terms (OWASP ASVS 5.0, 7.4.3)."""
    end_own_other_sessions(user, request.session.session_key, actor=actor_of(user))


@receiver(signals.authenticator_reset)
def record_codes_renewed(
    request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any
) -> None:
    """Recovery codes were made anew; the earlier ones stopped working."""
    record("user.recovery_codes_renewed", user, actor=actor_of(user))
    _end_others(request, user)


@receiver(signals.authentication_failed)
def record_code_failure(user: User, **kwargs: Any) -> None:
    """A wrong code."""
    count_refusal("user.second_factor_failed", user, actor=NOBODY)


@receiver(user_logged_out)
def mark_signed_out(request: HttpRequest, **kwargs: Any) -> None:
    """The answer to this request tells the browser to forget what it kept (web/headers.py)."""
    request.signed_out = True  # type: ignore[attr-defined]


@receiver(authentication_step_completed)
def renew_session_key(request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    """A fresh proof of identity gives the session a new key."""
    if reauthenticated:
        before = request.session.session_key
        request.session.cycle_key()
        UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


@receiver(social_account_added)
def record_service_connected(sociallogin: SocialLogin, **kwargs: Any) -> None:
    """A sign-in service opens the account from now on."""
    record("user.service_connected", sociallogin.user, actor=actor_of(sociallogin.user))


@receiver(social_account_removed)
def record_service_disconnected(socialaccount: SocialAccount, **kwargs: Any) -> None:
    """It no longer does."""
    record("user.service_disconnected", socialaccount.user, actor=actor_of(socialaccount.user))


@receiver(email_changed)
def record_email_changed(
    user: User, from_email_address: EmailAddress | None, to_email_address: EmailAddress, **kwargs: Any
) -> None:
    """Another verified address is now the one to sign in and be told with."""
    before = seal_user(user.pk, from_email_address.email) if from_email_address else None
    changes = {"email": [before, seal_user(user.pk, to_email_address.email)]}
    record("user.email_changed", user, actor=actor_of(user), changes=changes)
