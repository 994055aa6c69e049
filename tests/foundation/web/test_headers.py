"""Every page's headers: a walk over the addresses of the whole site, as everybody and as nobody."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.exceptions import NoReverseMatch

from sipinter.foundation.evidence.models import Evidence
from tests.assessment.round import Round
from tests.factories import client_for, connect_app

pytestmark = pytest.mark.django_db
HTML = "text/html"
HOST = "sipinter.contoh.go.id"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Page(HTMLParser):
    """What of a page would run or load, were the policy weaker."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.tabs: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.inline += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.inline.append(tag)
        away = str(given.get("href", "")).startswith(("http:", "https:", "//"))
        if tag == "a" and away and "noopener" not in str(given.get("rel")):
            self.tabs.append(str(given.get("href")))


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every address of the site as (path with {name} places, names of its places)."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", str(entry.pattern)).replace("^", "").replace(
            "$", ""
        )
        if isinstance(entry, URLResolver):
            yield from addresses(entry, route)
        elif isinstance(entry, URLPattern):
            names = re.findall(r"<(?:\w+:)?(\w+)>", route)
            yield "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route).replace("\\", ""), names


def check(response: HttpResponse, address: str, *, signed_in: bool) -> None:
    for name, value in HEADERS.items():
        assert response.get(name) == value, (address, name)
    assert "camera=()" in response["Permissions-Policy"], address
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy, address
    assert "default-src 'none'" in policy, address
    kind = response.get("Content-Type", "")
    if kind.startswith("text/"):
        assert "charset=utf-8" in kind, address
    if not kind.startswith(HTML):
        return
    assert "frame-ancestors 'none'" in policy, address
    assert "base-uri 'none'" in policy, address
    page = Page(response.content.decode())
    assert (page.inline, page.tabs) == ([], []), address
    if signed_in:
        assert "no-store" in response["Cache-Control"], address


@pytest.fixture
def places() -> tuple[Round, dict[str, Any]]:
    """An assessment under way, and what to put into the places of the addresses."""
    round_ = Round().verification()
    connect_app(round_.users["verifier"])
    evidence = Evidence.objects.first()
    return round_, {
        "pk": round_.assessment.pk,
        "code": "1.1",
        "slug": round_.agency.slug,
        "number": 1,
        "instrument_id": round_.assessment.cycle.instrument_id,
        "token": "tidak-ada",
        "action": "claim",
        "provider_id": "sso",
        "uidb36": "1",
        "evidence": evidence.pk if evidence else 1,
    }


@pytest.mark.parametrize("role", [None, "keeper", "verifier", "plenary", "administrator"])
def test_every_address(places: tuple[Round, dict[str, Any]], role: str | None) -> None:
    round_, values = places
    client = client_for(round_.users[role] if role else None, second_factor=True)
    seen = []
    for path, names in addresses():
        filled = path.format(**{name: values.get(name, "x") for name in names})
        try:
            response = client.get(filled)
        except NoReverseMatch as error:  # pragma: no cover - the address of a page that needs more
            raise AssertionError(filled) from error
        still = client.session.get(SESSION_KEY) is not None
        check(response, filled, signed_in=still)
        assert response.status_code < 500, filled
        seen.append(response.status_code)
        if role and not still:
            client = client_for(round_.users[role], second_factor=True)
    assert len(seen) > 60
    assert seen.count(200) > 10


def test_error_pages(settings: Any) -> None:
    client = Client(
        headers={"accept-language": "en"}, enforce_csrf_checks=True, raise_request_exception=False
    )
    answers = {
        404: client.get("/tidak-ada/"),
        403: client.post("/akun/login/", {"login": "a@contoh.go.id"}),
        405: client.post("/robots.txt"),
        400: client.get("/", headers={"host": "jahat.example"}),
    }
    for status, response in answers.items():
        if status != 405:
            assert response.status_code == status
        check(response, str(status), signed_in=False)
    assert "jahat.example" not in answers[400].content.decode()


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "DEBUG", "PROPFIND"])
def test_methods_that_nothing_needs(method: str) -> None:
    response = Client().generic(method, "/", headers={"x-secret": "rahasia"})
    assert response.status_code == 405
    assert b"rahasia" not in response.content


@pytest.mark.parametrize(
    "wanted",
    [
        "https://lain.example/",
        "//lain.example/",
        "/\\lain.example",
        "javascript:alert(1)",
        "http:///lain.example",
    ],
)
@pytest.mark.parametrize("page", ["/akun/login/", "/bahasa/"])
def test_no_form_leads_elsewhere(page: str, wanted: str) -> None:
    from tests.factories import PASSWORD, make_user

    person = make_user("Rina Lestari")
    fields = {"next": wanted, "login": person.email, "password": PASSWORD, "language": "en"}
    location = Client().post(page, fields)["Location"]
    assert "lain.example" not in location
    assert location.startswith("/")
    assert not location.startswith("//")


def production(tmp_path: Path, code: str, **environment: str | None) -> Any:
    """What `code` prints as JSON, run with the settings of production in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SIPINTER_")}
    kept |= {
        "DJANGO_SETTINGS_MODULE": "sipinter.site.config.settings",
        "SIPINTER_SECRET_KEY": "k" * 60,
        "SIPINTER_AUDIT_KEY": "a" * 60,
        "SIPINTER_VAR": str(tmp_path),
        "SIPINTER_BASE_URL": f"https://{HOST}",
        "SIPINTER_HOSTS": HOST,
    }
    for name, value in environment.items():
        kept.pop(name, None)
        kept |= {name: value} if value is not None else {}
    code = f"import django, json; django.setup()\nfrom django.test import Client\nHOST = {HOST!r}\n{code}"
    done = subprocess.run([sys.executable, "-c", code], env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_under_https_cookies_are_bound_to_the_host_and_plain_requests_are_led_over(tmp_path: Path) -> None:
    found = production(
        tmp_path,
        "r = Client(HTTP_HOST=HOST, HTTP_X_FORWARDED_FOR='6.6.6.6').get('/sehat/', secure=True)\n"
        "from django.conf import settings as s\n"
        "plain = Client(HTTP_HOST=HOST).get('/akun/login/')\n"
        "print(json.dumps([r['Strict-Transport-Security'], plain.status_code, plain['Location'],"
        " [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME],"
        " [s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE],"
        " [s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY], s.SESSION_COOKIE_SAMESITE, s.DEBUG]))",
        SIPINTER_HSTS_PRELOAD="yes",
    )
    hsts, status, location, names, secure, http_only, same_site, debug = found
    assert hsts == "max-age=31536000; includeSubDomains; preload"
    assert (status, location) == (301, "https://sipinter.contoh.go.id/akun/login/")
    assert names == ["__Host-sessionid", "__Host-csrftoken", "__Host-bahasa"]
    assert (all(secure), all(http_only), same_site, debug) == (True, True, "Lax", False)


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/var/sipinter.sqlite3", "/static/", "/static/../settings.py", "/static/web/"],
)
def test_files_of_the_source_are_not_served(path: str, db: None) -> None:
    assert Client().get(path).status_code == 404


def test_production_does_not_start_without_a_key(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="SIPINTER_SECRET_KEY"):
        production(tmp_path, "print(1)", SIPINTER_SECRET_KEY=None)


def test_a_key_is_demanded_and_an_earlier_one_still_reads(tmp_path: Path) -> None:
    code = (
        "from django.core import signing\n"
        "from sipinter.foundation.accounts.adapter import SecondFactorAdapter as A\n"
        "print(json.dumps([signing.dumps('x'), A().encrypt('rahasia')]))"
    )
    signed, encrypted = production(tmp_path, code)
    read = (
        "from django.core import signing\n"
        "from sipinter.foundation.accounts.adapter import SecondFactorAdapter as A\n"
        f"print(json.dumps([signing.loads({signed!r}), A().decrypt({encrypted!r})]))"
    )
    new = {"SIPINTER_SECRET_KEY": "n" * 60, "SIPINTER_SECRET_KEY_FALLBACKS": "k" * 60}
    assert production(tmp_path, read, **new) == ["x", "rahasia"]
    with pytest.raises(AssertionError, match="BadSignature"):
        production(tmp_path, read, SIPINTER_SECRET_KEY="n" * 60)
