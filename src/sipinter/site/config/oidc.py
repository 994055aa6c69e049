"""The sign-in service (OpenID Connect) in the form in which allauth reads it."""

from typing import Any
from urllib.parse import urlsplit

PROVIDER = "sso"  # part of the callback's address: /akun/oidc/sso/login/callback/


def oidc_providers(issuer: str, *, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS: one service with PKCE, or none without an issuer."""
    if not issuer:
        return {}
    app = {
        "provider_id": PROVIDER,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "email_authentication": True},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def issuer_origins(issuer: str) -> list[str]:
    """Scheme and host of the issuer, for the content security policy."""
    parts = urlsplit(issuer)
    return [f"{parts.scheme}://{parts.netloc}"] if issuer else []
