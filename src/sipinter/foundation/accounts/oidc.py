"""Signing in by a service (OpenID Connect): only people who were invited, by a verified address."""

import logging
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sipinter.foundation.access.actor import NOBODY
from sipinter.foundation.audit.refusals import count_refusal

from .middleware import note_service_factor
from .models import User

logger = logging.getLogger(__name__)
CONNECTING = 5.0  # seconds
# Asymmetric ones only: neither "none" nor a secret that the service shares.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)


class SignInServiceAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth's hooks around a sign-in service."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The service of the settings; never one that a row in the database names."""
        found = [SocialApp(provider=OpenIDConnectProvider.id, **app) for app in _configured()]
        return [
            app
            for app in found
            if provider in (None, app.provider, app.provider_id) and client_id in (None, app.client_id)
        ]

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """The service, spoken to by the stricter client: allauth has no setting for it."""
        found = super().get_provider(request, provider, client_id=client_id)
        found.oauth2_adapter_class = StrictOpenIDAdapter
        return found

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **more: Any
    ) -> None:
        logger.warning("sign-in by the service failed: %s", exception or error)

    def get_requests_session(self) -> requests.Session:
        return _IssuerOnly()

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The person who has the address here, when the service says that it is verified."""
        for address in sociallogin.email_addresses:
            if address.verified is not True:  # some services send the word "false"
                continue
            owners = User.objects.filter(emailaddress__verified=True, is_active=True)
            owner = owners.filter(emailaddress__email__iexact=address.email).first()
            if owner is not None:
                return owner, address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Turn strangers away."""
        if sociallogin.state.get("process") != AuthProcess.CONNECT and not sociallogin.is_existing:
            count_refusal("user.sign_in_failed", "user:service", actor=NOBODY)
            raise ImmediateHttpResponse(render(request, "socialaccount/not_invited.html", status=403))


class StrictOpenIDAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth's client, stricter: metadata must be the issuer's own, and every token's signature counts."""

    @property
    def openid_config(self) -> dict[str, Any]:
        config: dict[str, Any] = super().openid_config
        if str(config.get("issuer", "")).rstrip("/") != _issuer():
            raise OAuth2Error("the metadata names another issuer than the configured one")
        return config

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **answer: Any
    ) -> SocialLogin:
        """Who signs in: the claims of the identity token and what the service's page of the person adds."""
        found = {"userinfo": self._person(token)}
        if id_token := answer["response"].get("id_token"):
            found["id_token"] = self.read_identity(app, id_token)
            if found["userinfo"].get("sub") != found["id_token"]["sub"]:  # OpenID Connect Core 1.0, 5.3.2
                raise OAuth2Error("the service describes another person than its token names")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, found)
        return login

    def _person(self, token: SocialToken) -> dict[str, Any]:
        with _IssuerOnly() as session:
            response = session.get(self.profile_url, headers={"Authorization": f"Bearer {token.token}"})
            response.raise_for_status()
        claims: dict[str, Any] = response.json()
        return claims

    def read_identity(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """The token's claims, when the issuer signed it for us and it is valid now; else OAuth2Error."""
        try:
            header = jwt.get_unverified_header(id_token)
            if header.get("alg") not in ALGORITHMS:
                raise OAuth2Error("the identity token is not signed by an accepted algorithm")
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key(header.get("kid")),
                algorithms=[header["alg"]],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"the identity token does not hold ({type(error).__name__})") from error
        return claims

    def _key(self, name: str | None) -> Any:
        """The issuer's public key of that name; the only one, when the token names none."""
        with _IssuerOnly() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(response.json()).keys
        found = [key.key for key in keys if name is None or key.key_id == name]
        if len(found) != 1:
            raise OAuth2Error("the issuer publishes no such key")
        return found[0]


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """allauth's second step, passed over when the service has just asked for one."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        service = (self.login.signal_kwargs or {}).get("sociallogin")
        vouched = service is not None and _vouches(service.account.extra_data.get("id_token") or {})
        note_service_factor(self.request, self.login.user if vouched else None)
        if vouched:
            return None, True
        response, goes_on = super().handle()
        return response, goes_on


def _vouches(claims: dict[str, Any]) -> bool:
    """Whether the identity token says, by a value that the settings accept, that a second factor was used."""
    methods = claims.get("amr") or []
    methods = {methods} if isinstance(methods, str) else set(map(str, methods))
    accepted = settings.OIDC_SECOND_FACTOR
    return bool(methods & set(accepted["amr"])) or str(claims.get("acr", "")) in accepted["acr"]


class _IssuerOnly(requests.Session):
    """Talks to the issuer's own host only, and follows no redirect to another."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False  # no proxy and no .netrc from the environment

    def request(self, method: Any, url: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        wanted, issuer = urlsplit(str(url)), urlsplit(_issuer())
        if (wanted.scheme, wanted.netloc) != (issuer.scheme, issuer.netloc):
            raise requests.exceptions.InvalidURL("the sign-in service named another host than its own")
        options |= {"timeout": CONNECTING, "allow_redirects": False}
        return super().request(method, url, **options)


def _issuer() -> str:
    """The address of the configured service."""
    return str(_configured()[0]["settings"]["server_url"])


def _configured() -> list[dict[str, Any]]:
    """The settings' services: one, or none."""
    found: list[dict[str, Any]] = settings.SOCIALACCOUNT_PROVIDERS.get(OpenIDConnectProvider.id, {}).get(
        "APPS", []
    )
    return found
