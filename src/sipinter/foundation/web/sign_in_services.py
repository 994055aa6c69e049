"""What the sign-in pages offer, by what is configured and what the person has."""

from dataclasses import dataclass

from allauth.account.stages import LoginStageController
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import get_adapter
from django.http import HttpRequest


@dataclass(frozen=True)
class SignInService:
    """A sign-in service: its name, and the address that the button posts to."""

    name: str
    url: str


def sign_in_services(request: HttpRequest) -> list[SignInService]:
    """The configured services; usually none or one."""
    return [SignInService(p.name, p.get_login_url(request)) for p in get_adapter().list_providers(request)]


def second_steps(request: HttpRequest) -> set[str]:
    """Kinds of second step ("totp", "webauthn", "recovery_codes") that the person signing in has."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return set()
    return set(Authenticator.objects.filter(user=stage.login.user).values_list("type", flat=True))
