"""Signing in end to end, through allauth's pages."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sipinter.foundation.accounts.known_browsers import COOKIE
from sipinter.foundation.accounts.models import User
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.foundation.work.queries import queue_length
from sipinter.foundation.work.worker import drain_queue

from ... import factories
from ...factories import PASSWORD, client_for

OTHER_PASSWORD = "kereta-senja-apung-82"


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def signed_in_as(client):
    return client.session.get(SESSION_KEY)


@pytest.fixture
def browser():
    return Client(headers={"accept-language": "en"})


def test_by_e_mail_and_on_record(cast, browser):
    response = sign_in(browser, cast.owner.email.upper(), next="/tim/")
    assert (response.status_code, response["Location"]) == (302, "/tim/")
    assert signed_in_as(browser) == str(cast.owner.pk)
    event = Event.objects.get(action="user.signed_in")
    assert (event.actor, event.target, event.agency) == (cast.owner, f"user:{cast.owner.pk}", None)


def test_the_session_gets_a_new_key(cast, browser):
    session = browser.session
    session["kept"] = "yes"
    session.save()
    before = session.session_key
    assert browser.cookies["sessionid"].value == before
    sign_in(browser, cast.owner.email)
    assert browser.cookies["sessionid"].value != before
    assert browser.session["kept"] == "yes"


def test_a_wrong_password_and_an_unknown_address_look_the_same(cast, browser):
    wrong = sign_in(browser, cast.owner.email, "salah-sekali-ya")
    unknown = sign_in(browser, "tidak.ada@contoh.go.id", "salah-sekali-ya")
    assert wrong.status_code == unknown.status_code == 200

    def texts(response, email):
        page = response.content.decode().replace(email, "ADDRESS")
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)

    assert texts(wrong, cast.owner.email) == texts(unknown, "tidak.ada@contoh.go.id")
    targets = list(
        Refusal.objects.filter(action="user.sign_in_failed").order_by("id").values_list("target", flat=True)
    )
    assert targets == [f"user:{cast.owner.pk}", "user:unknown"]
    assert "salah-sekali" not in str(list(Event.objects.values()))
    assert signed_in_as(browser) is None


def test_guessing_is_throttled_and_says_so_in_indonesian(cast, caplog):
    browser = Client()
    for _ in range(5):
        sign_in(browser, cast.owner.email, "salah-sekali-ya")
    response = sign_in(browser, cast.owner.email)  # even the right password now
    logged = [record.getMessage() for record in caplog.records if "throttled" in record.getMessage()]
    assert logged == ["sign-in throttled"]
    assert signed_in_as(browser) is None
    assert "Terlalu banyak percobaan yang gagal" in response.content.decode()
    assert sign_in(Client(), cast.outsider.email).status_code == 302  # others are not locked out


class TestKnownBrowser:
    """A browser in which the person has signed in before is counted by itself."""

    @pytest.fixture
    def known(self, cast):
        client = Client(headers={"accept-language": "en"})
        sign_in(client, cast.owner.email)
        client.post(reverse("account_logout"))
        assert signed_in_as(client) is None
        return client

    def strangers(self, cast, number=50):
        for n in range(number):
            sign_in(Client(REMOTE_ADDR=f"192.0.2.{n}"), cast.owner.email, "salah-sekali-ya")

    def test_fifty_wrong_passwords_of_strangers_do_not_keep_it_out(self, cast, known):
        self.strangers(cast)
        assert signed_in_as(self.signed_in(Client(REMOTE_ADDR="198.51.100.7"), cast)) is None
        assert signed_in_as(self.signed_in(known, cast)) == str(cast.owner.pk)

    def signed_in(self, client, cast, password=PASSWORD):
        sign_in(client, cast.owner.email, password)
        return client

    def test_its_own_wrong_passwords_are_counted_too(self, cast, known):
        for _ in range(10):
            sign_in(known, cast.owner.email, "salah-sekali-ya")
        assert "Too many failed attempts" in sign_in(known, cast.owner.email).content.decode()

    def test_the_cookie_is_signed_and_closed_to_scripts(self, cast, known):
        cookie = known.cookies[COOKIE]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
        known.cookies[COOKIE] = cookie.value[:-1] + ("a" if cookie.value[-1] != "a" else "b")
        self.strangers(cast, 5)
        assert signed_in_as(self.signed_in(known, cast)) is None

    def test_it_is_of_no_use_for_another_account(self, cast, known):
        for n in range(5):
            sign_in(Client(REMOTE_ADDR=f"192.0.2.{n}"), cast.outsider.email, "salah-sekali-ya")
        sign_in(known, cast.outsider.email)
        assert signed_in_as(known) is None

    def test_a_stolen_one_is_worthless_after_a_new_password(self, cast, known):
        stolen = known.cookies[COOKIE].value
        sign_in(known, cast.owner.email)
        form = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
        known.post(reverse("account_change_password"), form)
        thief = Client(REMOTE_ADDR="198.51.100.7")
        thief.cookies[COOKIE] = stolen
        self.strangers(cast, 5)
        assert signed_in_as(self.signed_in(thief, cast, OTHER_PASSWORD)) is None
        known.post(reverse("account_logout"))
        assert signed_in_as(self.signed_in(known, cast, OTHER_PASSWORD)) == str(cast.owner.pk)

    def test_a_browser_never_seen_comes_in_by_the_link_in_a_mail(self, cast):
        self.strangers(cast)
        new = Client(headers={"accept-language": "en"}, REMOTE_ADDR="198.51.100.7")
        told = sign_in(new, cast.owner.email).content.decode()
        assert "the link in the e-mail lets you in at once" in told
        new.post(reverse("account_reset_password"), {"email": cast.owner.email})
        drain_queue()
        (link,) = re.findall(r"http://127\.0\.0\.1:8000(/akun/password/reset/key/\S+)", mail.outbox[-1].body)
        form = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
        new.post(new.get(link)["Location"], form)
        self.strangers(cast)  # who go on
        assert signed_in_as(self.signed_in(new, cast, OTHER_PASSWORD)) == str(cast.owner.pk)


def test_a_flood_from_one_address_gets_the_429_page(cast, browser):
    statuses = [sign_in(browser, f"a{n}@contoh.go.id", "salah-sekali-ya").status_code for n in range(31)]
    assert statuses == [200] * 30 + [429]
    assert b"Too many attempts" in sign_in(browser, cast.owner.email).content


def test_a_closed_account_does_not_open(cast, browser):
    cast.owner.is_active = False
    cast.owner.save()
    sign_in(browser, cast.owner.email)
    assert signed_in_as(browser) is None


def test_a_closed_account_ends_its_sessions(cast):
    client = client_for(cast.owner)
    assert client.get(reverse("accounts:notifications")).status_code == 200
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    assert client.get(reverse("accounts:notifications")).status_code == 302


def test_a_foreign_next_is_ignored(cast, browser):
    assert sign_in(browser, cast.owner.email, next="https://lain.example/")["Location"] == "/"


def test_nobody_signs_up_alone(db, browser):
    response = browser.post(reverse("account_signup"), {"email": "baru@contoh.go.id", "password1": PASSWORD})
    assert response.status_code == 200
    assert not User.objects.filter(email="baru@contoh.go.id").exists()


def test_signing_out_needs_a_post_and_is_on_record(cast):
    client = client_for(cast.owner)
    client.get(reverse("account_logout"))
    assert signed_in_as(client) == str(cast.owner.pk)
    client.post(reverse("account_logout"))
    assert signed_in_as(client) is None
    assert Event.objects.get(action="user.signed_out").actor == cast.owner


def test_a_changed_password_ends_the_other_sessions(cast):
    here, elsewhere = client_for(cast.owner), client_for(cast.owner)
    form = {"oldpassword": PASSWORD, "password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    response = here.post(reverse("account_change_password"), form)
    assert (response.status_code, response["Location"]) == (302, reverse("web:account"))
    page = reverse("accounts:notifications")
    assert (here.get(page).status_code, elsewhere.get(page).status_code) == (200, 302)
    assert Event.objects.get(action="user.password_changed").actor == cast.owner
    drain_queue()
    assert [letter.to for letter in mail.outbox] == [[cast.owner.email]]
    assert PASSWORD not in mail.outbox[0].body


@pytest.mark.parametrize("password", ["pendek", "password1234", "rina lestari", "123456789012345"])
def test_password_rules_hold_when_changing(cast, password):
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    response = client_for(cast.owner).post(reverse("account_change_password"), form)
    assert response.status_code == 200
    cast.owner.refresh_from_db()
    assert cast.owner.check_password(PASSWORD)


def test_a_forgotten_password_is_set_anew_by_mail(cast, browser):
    elsewhere = client_for(cast.owner)
    browser.post(reverse("account_reset_password"), {"email": cast.owner.email})
    drain_queue()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject.startswith("[SIPINTER] ")) == ([cast.owner.email], True)
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/akun/password/reset/key/\S+)", letter.body)
    form_page = browser.get(link)["Location"]
    form = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}
    assert browser.post(form_page, form).status_code == 302
    assert elsewhere.get(reverse("accounts:notifications")).status_code == 302
    assert sign_in(browser, cast.owner.email, OTHER_PASSWORD).status_code == 302
    assert signed_in_as(browser) == str(cast.owner.pk)
    again = Client(headers={"accept-language": "en"}).get(link)  # the link works once
    assert again.status_code == 200
    assert Event.objects.filter(action="user.password_changed").count() == 1


def test_the_reset_link_names_the_configured_host_only(cast, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post(
        reverse("account_reset_password"), {"email": cast.owner.email}, headers={"host": "lain.example"}
    )
    drain_queue()
    assert "lain.example/akun" not in mail.outbox[0].body


def test_asking_for_a_reset_tells_nothing_about_who_exists(cast, browser):
    page = reverse("account_reset_password")
    known = browser.post(page, {"email": cast.owner.email})
    unknown = browser.post(page, {"email": "tidak.ada@contoh.go.id"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    drain_queue()
    assert [letter.to for letter in mail.outbox] == [[cast.owner.email]]


@pytest.mark.parametrize("address", ["{known}", "tidak.ada@contoh.go.id"])
def test_asking_for_a_reset_costs_the_same_for_whoever_exists(cast, browser, address):
    """The same statements and the same one task, so that no clock tells one from the other."""
    email = address.format(known=cast.owner.email)
    page = reverse("account_reset_password")
    browser.post(page, {"email": "hangat@contoh.go.id"})  # what is read once a process
    with CaptureQueriesContext(connection) as queries:
        browser.post(page, {"email": email})
    tables = [re.search(r'(?:INTO|FROM|UPDATE) "(\w+)"', query["sql"]) for query in queries]
    named = [found[1] for found in tables if found]
    assert named == ["django_tasks_database_dbtaskresult", "work_cause"]
    assert queue_length().waiting == 2


def test_a_mail_server_that_is_down_breaks_no_page_and_loses_no_letter(cast, browser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert browser.post(reverse("account_reset_password"), {"email": cast.owner.email}).status_code == 302
    assert (drain_queue(), queue_length().waiting) == (2, 1)


def test_a_person_without_roles_signs_in_and_sees_nothing_of_any_agency(cast, browser):
    lonely = factories.make_user("Tono Kurnia")
    sign_in(browser, lonely.email)
    assert browser.get(reverse("accounts:team")).status_code == 403
    assert browser.get(reverse("accounts:team") + f"?instansi={cast.agency.slug}").status_code == 404


def test_another_address_counts_only_once_verified_and_after_the_password_again(cast, browser):
    new = cast.owner.emailaddress_set.create(email="rina.baru@contoh.go.id", verified=False, primary=False)
    sign_in(browser, cast.owner.email)
    form = {"email": new.email, "action_primary": ""}
    asked = browser.post(reverse("account_email"), form)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("account_email"), form)
    cast.owner.refresh_from_db()
    before = cast.owner.email
    assert before != new.email
    new.verified = True
    new.save()
    browser.post(reverse("account_email"), form)
    cast.owner.refresh_from_db()
    assert cast.owner.email == new.email
    assert Event.objects.get(action="user.email_changed").shown_changes == {"email": [before, new.email]}
    drain_queue()
    assert [letter.to for letter in mail.outbox] == [[before]]  # the earlier address is told
