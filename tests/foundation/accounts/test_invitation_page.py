"""The page behind an invitation's link."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sipinter.foundation.accounts.models import Invitation, User
from sipinter.foundation.accounts.services.invitations import revoke_invitation, send_invitation
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.worker import drain_queue

from ... import factories
from ...factories import PASSWORD, actor, client_for


@pytest.fixture
def browser():
    return Client(headers={"accept-language": "en"})


def invited(cast, email="putri@contoh.go.id"):
    """Path of the link of a fresh invitation to the team."""
    made = send_invitation(
        cast.agency, email=email, name="Putri Handayani", role="team", actor=actor(cast.owner)
    )
    return made.url.removeprefix("http://127.0.0.1:8000")


FORM = {"name": "Putri Handayani", "password": PASSWORD, "again": PASSWORD}


def test_a_newcomer_is_signed_in_at_once(cast, browser):
    link = invited(cast)
    page = browser.get(link)
    assert (page.status_code, page["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert cast.agency.name in page.content.decode()
    assert browser.post(link, FORM)["Location"] == "/"
    user = User.objects.get(email="putri@contoh.go.id")
    assert browser.session[SESSION_KEY] == str(user.pk)
    assert actor(user).agency_ids() == {cast.agency.pk}
    again = Client(headers={"accept-language": "en"})
    again.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert again.session[SESSION_KEY] == str(user.pk)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"again": "lain-sama-sekali-9"}, "The two passwords are not the same."),
        ({"password": "pendek", "again": "pendek"}, "This password is too short."),
        ({"password": "Putri Handayani", "again": "Putri Handayani"}, "too similar to the name"),
        ({"name": ""}, "Fill in the name."),
    ],
)
def test_faults_are_shown_and_nothing_is_made(cast, browser, changes, sentence):
    response = browser.post(invited(cast), FORM | changes)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert PASSWORD not in page
    assert not User.objects.filter(email="putri@contoh.go.id").exists()


def test_links_that_no_longer_work_say_why(cast, browser):
    used, old, withdrawn = invited(cast), invited(cast, "b@contoh.go.id"), invited(cast, "c@contoh.go.id")
    browser.post(used, FORM)
    Invitation.objects.filter(email="b@contoh.go.id").update(expires_at=timezone.now() - timedelta(days=1))
    revoke_invitation(Invitation.objects.get(email="c@contoh.go.id"), actor=actor(cast.owner))
    nobody = Client(headers={"accept-language": "en"})
    for link, status, sentence in [
        (used, 410, "has been used"),
        (old, 410, "has expired"),
        (withdrawn, 410, "was withdrawn"),
        ("/undangan/" + "x" * 43 + "/", 404, "is not known"),
    ]:
        for method in (nobody.get, nobody.post):
            response = method(link)
            assert (response.status_code, sentence in response.content.decode()) == (status, True)


def test_an_address_with_an_account_signs_in_first_and_confirms(cast, browser):
    link = invited(cast, cast.outsider.email)
    page = browser.get(link).content.decode()
    assert 'type="password"' not in page
    assert f"{reverse('account_login')}?next={link}" in page
    assert browser.post(link, FORM).status_code == 200  # a password cannot be set this way
    cast.outsider.refresh_from_db()
    assert cast.outsider.check_password(PASSWORD)
    browser.post(reverse("account_login"), {"login": cast.outsider.email, "password": PASSWORD, "next": link})
    assert browser.get(link).status_code == 200
    assert actor(cast.outsider).agency_ids() == {cast.other_agency.pk}  # looking accepts nothing
    assert browser.post(link)["Location"] == "/"
    assert actor(cast.outsider).agency_ids() == {cast.agency.pk, cast.other_agency.pk}


@pytest.mark.parametrize("known", [True, False])
def test_somebody_else_who_is_signed_in_takes_up_nothing(cast, known):
    link = invited(cast, cast.outsider.email if known else "putri@contoh.go.id")
    client = client_for(cast.team_mate)
    for response in (client.get(link), client.post(link, FORM)):
        assert response.status_code == 403
    assert Invitation.objects.get().accepted_at is None


def test_the_mail_of_an_invitation_is_indonesian(cast):
    invited(cast)
    drain_queue()
    (letter,) = mail.outbox
    assert letter.subject == "[SIPINTER] Undangan: Tim penilaian mandiri, Pemerintah Kabupaten Melati"
    assert "Yth. Putri Handayani" in letter.body


def test_signing_in_is_on_record(cast, browser):
    browser.post(invited(cast), FORM)
    user = User.objects.get(email="putri@contoh.go.id")
    assert list(Event.objects.filter(actor=user).order_by("id").values_list("action", flat=True)) == [
        "invitation.accepted",
        "membership.started",
        "user.signed_in",
    ]


def test_a_role_with_a_second_factor_leads_to_it(cast, browser, settings):
    settings.MFA_REQUIRED_ROLES = ["verifier"]
    administrator = factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))
    made = send_invitation(
        cast.supervisor, email="v@contoh.go.id", name="Nur Aini", role="verifier", actor=actor(administrator)
    )
    response = browser.post(made.url.removeprefix("http://127.0.0.1:8000"), FORM)
    assert response["Location"].startswith(reverse("accounts:second_factor"))
