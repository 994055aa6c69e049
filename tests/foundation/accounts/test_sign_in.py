"""Signing in end to end, through allauth's pages."""

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse

from sipinter.foundation.accounts.models import User
from sipinter.foundation.audit.models import Event
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
        Event.objects.filter(action="user.sign_in_failed").order_by("id").values_list("target", flat=True)
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
    assert "Terlalu banyak percobaan masuk yang gagal" in response.content.decode()
    assert sign_in(Client(), cast.outsider.email).status_code == 302  # others are not locked out


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


def test_a_mail_server_that_is_down_breaks_no_page_and_loses_no_letter(cast, browser, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert browser.post(reverse("account_reset_password"), {"email": cast.owner.email}).status_code == 302
    assert (drain_queue(), queue_length().waiting) == (1, 1)


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
