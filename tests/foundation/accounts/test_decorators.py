"""A sign-in that runs out in the middle of an edit: what was typed survives."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sipinter.foundation.accounts.decorators import KEPT_PAGES, KEPT_SECONDS, LARGEST, SESSION_KEY
from sipinter.foundation.accounts.models import Invitation

from ... import factories
from ...factories import PASSWORD, client_for, code_for
from .test_second_factor import turn_on

PATH = reverse("accounts:invite")
PROFILE = reverse("accounts:profile")
TYPED = {"email": "putri@contoh.go.id", "name": "Putri Handayani", "aspects": ["3", "5"], "indicators": "1.2"}


def expire(client):
    """As after twelve hours: the session is gone on the server, the browser keeps its cookies."""
    Session.objects.all().delete()


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


@pytest.fixture
def browser(cast):
    """The owner's browser, which has shown the form."""
    client = client_for(cast.owner)
    assert client.get(PATH).status_code == 200
    return client


def test_what_was_typed_is_there_again_after_signing_in(cast, browser):
    expire(browser)
    response = browser.post(PATH, TYPED)
    assert response["Location"] == f"{reverse('account_login')}?next=%2Ftim%2Fundang%2F"
    assert Invitation.objects.count() == 0
    sign_in(browser, cast.owner)
    page = browser.get(PATH).content.decode()
    assert 'value="Putri Handayani"' in page
    assert 'value="putri@contoh.go.id"' in page
    assert page.count(" checked") == 2
    assert "What you typed before is here again." in page
    assert Invitation.objects.count() == 0  # shown, not saved
    assert "Putri Handayani" not in browser.get(PATH).content.decode()  # once


def test_it_also_works_when_the_browser_dropped_the_session_cookie(cast, browser):
    del browser.cookies["sessionid"]
    browser.post(PATH, TYPED)
    sign_in(browser, cast.owner)
    assert "Putri Handayani" in browser.get(PATH).content.decode()


def test_it_survives_a_second_step_at_sign_in(cast, browser):
    secret = turn_on(browser)
    expire(browser)
    browser.post(PATH, TYPED)
    assert sign_in(browser, cast.owner)["Location"].startswith(reverse("mfa_authenticate"))
    browser.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert "Putri Handayani" in browser.get(PATH).content.decode()


def test_somebody_else_at_the_same_computer_sees_nothing_of_it(cast, browser):
    factories.grant(cast.outsider, "keeper", cast.agency)
    expire(browser)
    browser.post(PATH, TYPED)
    sign_in(browser, cast.outsider)
    assert SESSION_KEY not in browser.session
    assert "Putri Handayani" not in browser.get(PATH).content.decode()


def test_it_is_shown_only_to_who_may_edit_the_page(cast):
    client = client_for(cast.team_mate)
    client.get(PROFILE)
    expire(client)
    client.post(PATH, TYPED)
    sign_in(client, cast.team_mate)
    response = client.get(PATH)
    assert (response.status_code, "Putri Handayani" in response.content.decode()) == (403, False)


def test_secrets_and_files_are_not_kept(cast, browser):
    expire(browser)
    secrets = {"csrfmiddlewaretoken": "a", "password": "b", "kata_sandi": "c", "Password2": "d", "otp": "e"}
    upload = {"file": SimpleUploadedFile("sk.pdf", b"%PDF-1.7")}
    browser.post(PATH, {"name": "Putri", **secrets, **upload})
    assert browser.session[SESSION_KEY][PATH]["typed"] == {"name": ["Putri"]}


def test_it_is_forgotten_after_a_day(cast, browser, monkeypatch):
    expire(browser)
    browser.post(PATH, TYPED)
    now = time.time()
    monkeypatch.setattr("sipinter.foundation.accounts.decorators.time.time", lambda: now + KEPT_SECONDS + 1)
    sign_in(browser, cast.owner)
    assert SESSION_KEY not in browser.session


def test_too_much_text_is_not_kept_and_the_page_says_what_to_do(cast, browser):
    expire(browser)
    fits = browser.post(PATH, {"name": "x" * (LARGEST - 4)})
    assert fits.status_code == 302
    response = browser.post(PROFILE, {"name": "x" * (LARGEST - 3)})
    assert response.status_code == 401
    assert "Sign in in a new tab" in response.content.decode()
    assert list(browser.session[SESSION_KEY]) == [PATH]


def test_only_the_last_pages_are_kept(cast, browser):
    expire(browser)
    for n in range(KEPT_PAGES + 2):
        page = f"http://testserver/penilaian/{n}/"
        browser.post(PATH, {"name": str(n)}, headers={"referer": page})
    assert list(browser.session[SESSION_KEY]) == [f"/penilaian/{n}/" for n in range(2, KEPT_PAGES + 2)]


def test_a_script_gets_a_fragment_and_the_text_is_kept_too(cast, browser):
    expire(browser)
    headers = {"hx-request": "true", "hx-current-url": f"http://testserver{PATH}?instansi=x"}
    response = browser.post(PROFILE, {"name": "Putri"}, headers=headers)
    fragment = response.content.decode()
    assert response.status_code == 401
    assert "<html" not in fragment
    assert f"{reverse('account_login')}?next=%2Ftim%2Fundang%2F%3Finstansi%3Dx" in fragment
    assert browser.session[SESSION_KEY][PATH]["typed"] == {"name": ["Putri"]}


def test_the_way_back_leads_to_the_page_of_the_form(cast, browser):
    expire(browser)
    response = browser.post(
        reverse("accounts:resend", args=[1]),
        {"note": "x"},
        headers={"referer": "http://testserver/tim/?cari=a"},
    )
    assert response["Location"] == f"{reverse('account_login')}?next=%2Ftim%2F%3Fcari%3Da"


@pytest.mark.parametrize(
    "referer", ["https://lain.example/tim/", "http://testserver//lain.example/", "http://[", ""]
)
def test_the_way_back_never_leads_elsewhere(cast, browser, referer):
    expire(browser)
    response = browser.post(PATH, TYPED, headers={"referer": referer})
    assert response["Location"] == f"{reverse('account_login')}?next=%2Ftim%2Fundang%2F"


def test_reading_without_signing_in_keeps_nothing(cast):
    client = Client()
    assert client.get(f"{PATH}?instansi=a")["Location"].endswith("?next=%2Ftim%2Fundang%2F%3Finstansi%3Da")
    assert "sessionid" not in client.cookies


def test_a_forged_owner_counts_as_none(cast, browser):
    expire(browser)
    browser.cookies["sipinter_owner"] = f"{cast.outsider.pk}:forged"
    answer = browser.post(PATH, TYPED)
    assert answer.status_code == 401
    assert "Sign in in a new tab" in answer.content.decode()
    assert Session.objects.count() == 0


def test_what_a_hundred_strangers_send_leaves_nothing(cast, browser):
    Session.objects.all().delete()
    pages = [PATH, PROFILE, reverse("account_login"), reverse("account_reset_password")]
    for n in range(100):
        stranger = Client(REMOTE_ADDR=f"192.0.2.{n}")
        answer = stranger.post(
            pages[n % 4], {"name": "x" * LARGEST, "login": "a@contoh.go.id", "password": "y"}
        )
        assert answer.status_code in (200, 401)
        assert stranger.cookies.get("sessionid") is None
    assert Session.objects.count() == 0


def test_one_address_keeps_only_so_much(cast, browser, settings):
    settings.LIMITS = settings.LIMITS | {"kept_input": "3/m/ip"}
    expire(browser)
    said = [browser.post(PATH, TYPED).status_code for _ in range(5)]
    assert said == [302, 302, 302, 401, 401]


def test_the_forms_security_token_outlives_the_session(cast):
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    client.force_login(cast.owner)
    page = client.get(PATH).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    expire(client)
    response = client.post(PATH, {**TYPED, "csrfmiddlewaretoken": token})
    assert response["Location"].startswith(reverse("account_login"))
    assert client.session[SESSION_KEY][PATH]["typed"]["name"] == ["Putri Handayani"]
