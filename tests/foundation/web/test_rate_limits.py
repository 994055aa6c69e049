"""How often one visitor may ask: by address and by person, with 429 and Retry-After, over several nodes."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from sipinter.foundation.web import rate_limits as limits
from sipinter.foundation.web.rate_limits import is_allowed, rate_limit, retry_after, too_many_requests
from sipinter.site.config import caches as configured
from sipinter.site.config.limits import DEFAULTS, rate_limits
from tests.assessment.round import Round
from tests.conftest import Cast
from tests.factories import client_for


@pytest.fixture
def tight(settings: Any) -> None:
    """Two a minute of everything."""
    rates = {name: "2/m/user" if "user" in rate else "2/m/ip" for name, rate in DEFAULTS.items()}
    settings.LIMITS = rates
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "2/m/ip"}
    settings.MFA_RATE_LIMITS = {"webauthn_login": "2/m/ip"}


@pytest.mark.django_db
@pytest.mark.usefixtures("tight")
@pytest.mark.parametrize(
    ("method", "address", "fields"),
    [
        ("get", "/daftar/?q=melati", {}),
        ("get", "/daftar/unduh.csv", {}),
        ("get", "/statistik/unduh.csv", {}),
        ("post", "/verifikasi/", {}),
        ("post", "/undangan/tidak-ada/", {"name": "x"}),
        ("post", "/akun/password/reset/", {"email": "a@contoh.go.id"}),
        ("post", "/akun/2fa/webauthn/login/", {"credential": "{}"}),
        ("post", "/akun/oidc/sso/login/", {}),
    ],
)
def test_what_is_open_to_the_public(method: str, address: str, fields: dict[str, str]) -> None:
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    answers = [getattr(client, method)(address, fields) for _time in range(3)]
    statuses = [answer.status_code for answer in answers]
    assert 429 not in statuses[:2]
    assert statuses[2] == 429
    assert int(answers[2]["Retry-After"]) >= 60
    assert "Too many" in answers[2].content.decode()
    elsewhere = Client(REMOTE_ADDR="10.1.1.1", raise_request_exception=False)
    assert getattr(elsewhere, method)(address, fields).status_code != 429


@pytest.mark.django_db
@pytest.mark.usefixtures("tight")
def test_reading_without_searching_is_not_counted() -> None:
    assert [Client().get("/daftar/").status_code for _time in range(4)] == [200] * 4


@pytest.mark.django_db
@pytest.mark.usefixtures("tight")
def test_uploads_are_counted_by_person() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    round_ = Round().start()
    files = [SimpleUploadedFile(f"{n}.txt", b"bukan dokumen") for n in range(3)]
    client = client_for(round_.users["keeper"])
    page = reverse("selfassessment:save", args=[round_.assessment.pk, "1.1"])
    said = client.post(page, {"files": files}, follow=True).content.decode()
    assert "Too many files in one minute" in said


def test_the_page_says_how_long(rf: Any, settings: Any) -> None:
    settings.LIMITS = {"verify": "1/m/ip,5/h/ip"}
    assert retry_after("verify") == 3600
    response = too_many_requests(rf.get("/"), "verify")
    assert (response.status_code, response["Retry-After"]) == (429, "3600")
    assert "Wait 60 minutes" in response.content.decode()


@pytest.mark.django_db
def test_nodes_that_share_the_database_share_the_counts(settings: Any, rf: Any) -> None:
    """Two nodes: the same table, nothing else in common."""
    settings.CACHES = {"default": configured.cache_settings("database", Path())}
    settings.LIMITS = {"verify": "3/m/ip"}
    call_command("createcachetable", verbosity=0)

    @rate_limit("verify")
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok")

    statuses = []
    for _node in range(2):
        del caches["default"]  # a process that starts knows nothing
        statuses += [view(rf.post("/")).status_code for _time in range(2)]
    assert statuses == [200, 200, 200, 429]


class SlowCache(LocMemCache):
    """One whose reading takes a moment, in which others read the same."""

    def get(self, *arguments: Any, **options: Any) -> Any:
        found = super().get(*arguments, **options)
        time.sleep(0.005)
        return found


def visitor(rf: Any, address: str = "10.1.1.1") -> Any:
    """A request of somebody at this address."""
    request = rf.post("/", REMOTE_ADDR=address)
    request.user = AnonymousUser()
    return request


def test_who_asks_at_the_same_moment_is_counted_one_by_one(settings: Any, rf: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.SlowCache", "LOCATION": "slow"}}
    settings.LIMITS = {"verify": "5/m/ip"}
    with ThreadPoolExecutor(12) as pool:
        allowed = list(pool.map(lambda _: is_allowed(visitor(rf), "verify"), range(12)))
    assert sum(allowed) == 5


def test_who_cannot_be_counted_is_not_let_in(settings: Any, rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another node keeps the count locked; one that died with it does so no longer than LOCK_HELD."""
    settings.LIMITS = {"verify": "5/m/ip"}
    monkeypatch.setattr(limits, "LOCK_WAIT", 0.05)
    monkeypatch.setattr(limits, "LOCK_HELD", 0.2)
    monkeypatch.setattr(cache, "delete", lambda key: None)  # it died
    assert is_allowed(visitor(rf), "verify")
    assert not is_allowed(visitor(rf), "verify")
    time.sleep(0.25)
    assert is_allowed(visitor(rf), "verify")


def test_no_minute_holds_more_than_the_rate(settings: Any, rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any minute, not the clock's; and every rate of a limit counts."""
    settings.LIMITS = {"verify": "2/m/ip,3/h/ip"}
    begun = time.time()
    found = []
    for second in (0, 50, 59, 61, 122):
        monkeypatch.setattr(time, "time", lambda moment=begun + second: moment)
        found.append(is_allowed(visitor(rf), "verify"))
    assert found == [True, True, False, True, False]


def test_a_line_with_many_addresses_is_one_visitor(settings: Any, rf: Any) -> None:
    """Of IPv6, whoever has a line may change the last 64 bits as they like."""
    settings.LIMITS = {"verify": "1/m/ip"}
    addresses = ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "10.0.0.1", "10.0.0.2")
    found = [is_allowed(visitor(rf, address), "verify") for address in addresses]
    assert found == [True, False, True, True, True]


@pytest.mark.django_db
def test_people_are_counted_apart_at_one_address(settings: Any, rf: Any, cast: Cast) -> None:
    settings.LIMITS = {"upload": "1/90s/user"}
    found = []
    for person in (cast.owner, cast.team_mate, cast.owner, AnonymousUser(), AnonymousUser()):
        request = visitor(rf)
        request.user = person
        found.append(is_allowed(request, "upload"))
    assert found == [True, True, False, True, False]
    assert retry_after("upload") == 90


def test_addresses_of_caches(tmp_path: Path) -> None:
    assert "Folder" in configured.cache_settings("", tmp_path)["BACKEND"]
    assert "Table" in configured.cache_settings("database", tmp_path)["BACKEND"]
    assert (
        configured.cache_settings("redis://127.0.0.1:6379/1", tmp_path)["LOCATION"]
        == "redis://127.0.0.1:6379/1"
    )
    with pytest.raises(ImproperlyConfigured, match="SIPINTER_CACHE_URL"):
        configured.cache_settings("memcache://x", tmp_path)


def test_limits_are_changed_by_name() -> None:
    assert rate_limits(["login=600/m/ip", "verify=5/m/ip+20/h/ip"])["verify"] == "5/m/ip,20/h/ip"
    assert rate_limits([]) == DEFAULTS
    for wrong in ("login", "unknown=1/m/ip", "login=often", "login=1/m", "login=1/m/ip;x"):
        with pytest.raises(ImproperlyConfigured, match="SIPINTER_LIMITS"):
            rate_limits([wrong])


@pytest.mark.django_db
def test_a_forged_forwarding_header_buys_no_further_attempts(settings: Any, cast: Cast) -> None:
    settings.LIMITS = settings.LIMITS | {"verify": "2/m/ip"}
    statuses = [
        Client().post("/verifikasi/", headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code
        for n in range(3)
    ]
    assert statuses[2] == 429
