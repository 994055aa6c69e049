"""Signing in by a service: a real one on loopback, asked as a browser asks it."""

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from deploy.oidc import Service, service
from sipinter.foundation.accounts.middleware import SERVICE_FACTOR
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.oidc import StrictOpenIDAdapter, _IssuerOnly, _vouches
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.site.config import env
from sipinter.site.config.oidc import oidc_providers
from tests.conftest import Cast
from tests.factories import PASSWORD, connect_app

LOGIN = "/akun/oidc/sso/login/"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("oidc")) as started:
        yield started


@pytest.fixture
def sso(running: Service, settings: Any) -> Service:
    """The service, and this site told of it."""
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(
        running.issuer, client_id="sipinter", secret="rahasia-klien", name="SSO Contoh"
    )
    return running


@pytest.fixture
def browser(db: None) -> Client:
    return Client(headers={"accept-language": "en"})


def asked(browser: Client, **fields: str) -> str:
    """Where the button on the sign-in page leads."""
    response = browser.post(LOGIN, fields)
    assert response.status_code == 302, response.content
    return str(response["Location"])


def come_back(browser: Client, subject: str, **fields: str) -> Any:
    """Sign in at the service as `subject`, and follow it back here; this site's answer."""
    there = requests.post(asked(browser, **fields), {"sub": subject}, allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    return browser.get(f"{back.path}?{back.query}")


def test_an_invited_person_signs_in_and_is_known_by_subject_afterwards(
    cast: Cast, sso: Service, browser: Client
) -> None:
    subject = sso.person("pegawai-1", email=cast.owner.email.upper(), email_verified=True)
    response = come_back(browser, subject, next="/tim/")
    assert (response.status_code, response["Location"]) == (302, "/tim/")
    assert browser.session[SESSION_KEY] == str(cast.owner.pk)
    assert SocialAccount.objects.get().user == cast.owner
    sso.person("pegawai-1", email="lain@contoh.go.id", email_verified=True)  # the address there changed
    again = Client()
    come_back(again, subject)
    assert again.session[SESSION_KEY] == str(cast.owner.pk)
    actions = Event.objects.filter(target=f"user:{cast.owner.pk}").values_list("action", flat=True)
    assert list(actions.order_by("id")) == ["user.service_connected", "user.signed_in", "user.signed_in"]


def test_the_request_carries_a_state_and_a_proof_of_possession(sso: Service, browser: Client) -> None:
    sent = parse_qs(urlsplit(asked(browser)).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert len(sent["code_challenge"][0]) == 43
    assert len(sent["state"][0]) >= 16
    assert sent["redirect_uri"] == ["http://testserver/akun/oidc/sso/login/callback/"]
    assert set(sent["scope"][0].split()) == {"openid", "profile", "email"}


def test_the_verifier_is_sent_for_the_token(
    cast: Cast, sso: Service, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, Any]] = []
    original = _IssuerOnly.request

    def spied(self: Any, method: Any, url: Any, **options: Any) -> Any:
        if str(url).endswith("/token"):
            seen.append(options["data"])
        return original(self, method, url, **options)

    monkeypatch.setattr(_IssuerOnly, "request", spied)
    come_back(browser, sso.person("pegawai-2", email=cast.owner.email, email_verified=True))
    assert len(seen) == 1
    assert len(seen[0]["code_verifier"]) >= 43


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "asing@contoh.go.id", "email_verified": True},
        {"email": "OWNER", "email_verified": False},
        {"email": "OWNER", "email_verified": "false"},
        {"email": "OWNER"},
        {},
    ],
    ids=["stranger", "unverified", "the word false", "unsaid", "no address"],
)
def test_a_stranger_is_turned_away_with_a_sentence(
    cast: Cast, sso: Service, browser: Client, claims: dict[str, Any]
) -> None:
    known = User.objects.count()
    if claims.get("email") == "OWNER":
        claims = claims | {"email": cast.owner.email}
    response = come_back(browser, sso.person("orang-asing", **claims))
    assert response.status_code == 403
    assert "nobody here was invited with that e-mail address" in response.content.decode()
    assert SESSION_KEY not in browser.session
    assert (User.objects.count(), SocialAccount.objects.count()) == (known, 0)
    assert Refusal.objects.get(action="user.sign_in_failed").target == "user:service"


def test_an_address_not_yet_verified_here_does_not_count(cast: Cast, sso: Service, browser: Client) -> None:
    EmailAddress.objects.filter(user=cast.owner).update(verified=False)
    response = come_back(browser, sso.person("pegawai-3", email=cast.owner.email, email_verified=True))
    assert response.status_code == 403


def test_a_closed_account_stays_closed(cast: Cast, sso: Service, browser: Client) -> None:
    subject = sso.person("pegawai-4", email=cast.owner.email, email_verified=True)
    come_back(browser, subject)
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    again = Client()
    come_back(again, subject)
    assert SESSION_KEY not in again.session


def test_the_own_second_factor_is_still_asked(cast: Cast, sso: Service, browser: Client) -> None:
    connect_app(cast.owner)
    response = come_back(browser, sso.person("pegawai-5", email=cast.owner.email, email_verified=True))
    assert response["Location"] == reverse("mfa_authenticate")
    assert SESSION_KEY not in browser.session


@pytest.mark.parametrize("vouched", [True, False])
def test_a_second_factor_of_the_service_counts_where_the_settings_say_so(
    cast: Cast, sso: Service, browser: Client, settings: Any, vouched: bool
) -> None:
    connect_app(cast.owner)
    settings.OIDC_SECOND_FACTOR = {"amr": ["mfa"] if vouched else [], "acr": []}
    settings.MFA_REQUIRED_ROLES = ["keeper"]
    subject = sso.person("pegawai-6", email=cast.owner.email, email_verified=True, amr=["pwd", "mfa"])
    response = come_back(browser, subject)
    assert (response["Location"] == "/") is vouched
    assert (SESSION_KEY in browser.session) is vouched
    assert browser.get("/tim/").status_code == (200 if vouched else 302)


def test_what_the_service_asked_for_is_forgotten_at_the_next_sign_in(
    cast: Cast, sso: Service, browser: Client, settings: Any
) -> None:
    """A password alone is no second factor because the service once asked for one in this browser."""
    settings.OIDC_SECOND_FACTOR = {"amr": ["mfa"], "acr": []}
    settings.MFA_REQUIRED_ROLES = ["keeper"]
    subject = sso.person("pegawai-8", email=cast.owner.email, email_verified=True, amr=["mfa"])
    come_back(browser, subject)
    kept = {SERVICE_FACTOR: browser.session[SERVICE_FACTOR]}
    other = Client()
    session = other.session
    session.update(kept)
    session.save()
    other.post("/akun/login/", {"login": cast.owner.email, "password": PASSWORD})
    assert SESSION_KEY in other.session
    assert (browser.get("/tim/").status_code, other.get("/tim/").status_code) == (200, 302)


@pytest.mark.parametrize(
    ("claims", "counts"),
    [
        ({"amr": ["pwd", "otp"]}, True),
        ({"amr": "otp"}, True),
        ({"acr": "aal2"}, True),
        ({"amr": ["pwd"], "acr": "aal1"}, False),
        ({}, False),
    ],
)
def test_which_claims_vouch(settings: Any, claims: dict[str, Any], counts: bool) -> None:
    settings.OIDC_SECOND_FACTOR = {"amr": ["otp"], "acr": ["aal2"]}
    assert _vouches(claims) is counts


def test_a_forged_or_repeated_answer_signs_nobody_in(cast: Cast, sso: Service, browser: Client) -> None:
    sso.person("pegawai-7", email=cast.owner.email, email_verified=True)
    there = requests.post(asked(browser), {"sub": "pegawai-7"}, allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    other = Client(headers={"accept-language": "en"})  # did not ask: the state is not in its session
    refused = other.get(f"{back.path}?{back.query}")
    assert "Nobody was signed in" in refused.content.decode()
    assert SESSION_KEY not in other.session
    browser.get(f"{back.path}?{back.query}")
    assert SESSION_KEY in browser.session
    repeated = Client().get(f"{back.path}?{back.query}")
    assert repeated.status_code != 302


def test_cancelling_there_says_so_here(sso: Service, browser: Client) -> None:
    address = asked(browser)
    (state,) = parse_qs(urlsplit(address).query)["state"]
    there = requests.post(address, {"action": "deny"}, allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    # The service on loopback leaves out the state, which RFC 6749 (4.1.2.1) demands.
    response = browser.get(f"{back.path}?{back.query}&state={state}", follow=True)
    assert "Signing in was cancelled" in response.content.decode()


def token(key: Any, **changed: Any) -> str:
    """An identity token of the service's shape."""
    now = int(time.time())
    claims = {"iss": "ISS", "aud": "sipinter", "sub": "x", "iat": now, "exp": now + 60} | changed
    return jwt.encode(claims, key, algorithm="RS256" if not isinstance(key, str) else "HS256")


def test_a_token_counts_only_with_the_issuers_signature(sso: Service, rf: Any) -> None:
    adapter = StrictOpenIDAdapter(rf.get("/"), "sso")
    app = adapter.get_provider().app
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    unsigned = jwt.encode({"iss": sso.issuer, "aud": "sipinter", "sub": "x"}, None, algorithm="none")
    for forged in (token(stranger, iss=sso.issuer), token("x" * 40, iss=sso.issuer), unsigned):
        with pytest.raises(OAuth2Error):
            adapter.read_identity(app, forged)


def test_a_token_for_another_time_or_client_does_not_count(
    sso: Service, rf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    monkeypatch.setattr(StrictOpenIDAdapter, "_key", lambda self, name: key.public_key())
    adapter = StrictOpenIDAdapter(rf.get("/"), "sso")
    app = adapter.get_provider().app
    assert adapter.read_identity(app, token(key, iss=sso.issuer))["sub"] == "x"
    for changed in ({"exp": 1}, {"aud": "lain"}, {"iss": "http://lain.example"}, {"nbf": 4_000_000_000}):
        with pytest.raises(OAuth2Error):
            adapter.read_identity(app, token(key, **({"iss": sso.issuer} | changed)))
    access = jwt.encode({"iss": sso.issuer, "aud": "sipinter", "scope": "openid"}, key, algorithm="RS256")
    with pytest.raises(OAuth2Error):
        adapter.read_identity(app, access)


def test_what_the_service_says_of_another_person_signs_nobody_in(
    cast: Cast, sso: Service, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stolen access token would name somebody else than the identity token does."""
    other = {"sub": "pegawai-10", "email": cast.owner.email, "email_verified": True}
    monkeypatch.setattr(StrictOpenIDAdapter, "_person", lambda self, token: other)
    response = come_back(browser, sso.person("pegawai-9", email="lain@contoh.go.id", email_verified=True))
    assert "Nobody was signed in" in response.content.decode()
    assert SESSION_KEY not in browser.session


def test_a_service_in_the_database_is_not_offered(sso: Service, browser: Client) -> None:
    SocialApp.objects.create(provider="openid_connect", provider_id="lain", name="Lain", client_id="x")
    assert browser.post("/akun/oidc/lain/login/").status_code == 404
    assert b"/akun/oidc/sso/" in browser.get("/akun/login/").content
    assert b"/akun/oidc/lain/" not in browser.get("/akun/login/").content


def test_a_redirect_of_the_service_is_not_followed(settings: Any) -> None:
    class Away(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/secret")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Away) as server:
        Thread(target=server.handle_request, daemon=True).start()
        issuer = f"http://127.0.0.1:{server.server_port}"
        settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(issuer, client_id="x", secret="", name="SSO")
        with _IssuerOnly() as session:
            assert session.get(f"{issuer}/").status_code == 302


def test_metadata_of_another_issuer_are_refused(sso: Service, settings: Any, browser: Client) -> None:
    """The service names itself by 127.0.0.1; it is configured by another name of the same machine."""
    port = urlsplit(sso.issuer).port
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(
        f"http://localhost:{port}", client_id="sipinter", secret="x", name="SSO"
    )
    overrides = {"issuer": sso.issuer}
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["openid_configuration_overrides"] = overrides
    assert browser.post(LOGIN).status_code == 503


def test_only_the_issuers_host_is_asked(sso: Service) -> None:
    with _IssuerOnly() as session:
        assert session.get(f"{sso.issuer}/.well-known/openid-configuration").status_code == 200
        for elsewhere in (
            "http://127.0.0.1:1/token",
            "http://lain.example/",
            sso.issuer.replace("http", "https"),
        ):
            with pytest.raises(requests.exceptions.InvalidURL):
                session.get(elsewhere)


def test_a_service_that_does_not_answer_breaks_no_page(settings: Any, browser: Client) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(
        "http://127.0.0.1:1", client_id="x", secret="", name="SSO"
    )
    response = browser.post(LOGIN)
    assert response.status_code == 503
    assert "sign-in service did not answer" in response.content.decode()


def test_without_a_service_there_is_no_address(browser: Client) -> None:
    assert browser.post(LOGIN).status_code == 404
    assert b"/akun/oidc/" not in browser.get("/akun/login/").content


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://sso.contoh.go.id/realms/a/", True),
        ("http://127.0.0.1:9400", True),
        ("http://sso.contoh.go.id", False),
        ("ftp://sso.contoh.go.id", False),
        ("sso.contoh.go.id", False),
    ],
)
def test_the_issuer_speaks_https_except_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, address: str, taken: bool
) -> None:
    monkeypatch.setenv("SIPINTER_OIDC_ISSUER", address)
    if taken:
        assert env.get_issuer_url("SIPINTER_OIDC_ISSUER") == address.rstrip("/")
    else:
        with pytest.raises(ImproperlyConfigured, match="SIPINTER_OIDC_ISSUER"):
            env.get_issuer_url("SIPINTER_OIDC_ISSUER")
