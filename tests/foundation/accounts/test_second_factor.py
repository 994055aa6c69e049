"""The second factor: turning it on, signing in with it, and the roles that demand it."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from sipinter.foundation.access.permissions import may
from sipinter.foundation.accounts import enrolment
from sipinter.foundation.accounts.models import Membership
from sipinter.foundation.audit.models import Event, Refusal
from sipinter.site.config import settings as configured

from ... import factories
from ...factories import PASSWORD, client_for, code_for, connect_app


def may_set_up(client):
    """As after an invitation's link or a code."""
    session = client.session
    until = time.time() + 60
    session[enrolment.SESSION_KEY] = {"user": int(session[SESSION_KEY]), "until": until}
    session.save()
    return client


def turn_on(client):
    """Connect an app in the browser `client`; its secret."""
    may_set_up(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    response = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert response.status_code == 302
    cache.clear()  # the code was just used; allauth refuses it a second time
    return secret


def recovery_codes(client):
    """The codes as their owner downloads them."""
    text = client.get(reverse("mfa_download_recovery_codes")).content.decode()
    return re.findall(r"^\w+$", text, re.MULTILINE)


@pytest.fixture
def browser():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def verifier(cast):
    return factories.make_user("Nur Aini", ("verifier", cast.supervisor))


def test_turning_on_asks_for_the_password_first(cast):
    response = client_for(cast.owner).get(reverse("mfa_activate_totp"))
    assert response["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor on commit
def test_signing_in_with_a_code(cast, browser):
    secret = turn_on(client_for(cast.owner))
    response = browser.post(reverse("account_login"), {"login": cast.owner.email, "password": PASSWORD})
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert browser.session.get(SESSION_KEY) is None
    assert browser.get(reverse("accounts:notifications")).status_code == 302
    wrong = browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert (wrong.status_code, browser.session.get(SESSION_KEY)) == (200, None)
    browser.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert browser.session[SESSION_KEY] == str(cast.owner.pk)
    actions = set(Event.objects.filter(target=f"user:{cast.owner.pk}").values_list("action", flat=True))
    assert actions == {"user.second_factor_on", "user.signed_in"}
    failed = Refusal.objects.get(action="user.second_factor_failed")
    assert (failed.target, failed.actor, failed.count) == (f"user:{cast.owner.pk}", None, 1)
    assert Event.objects.get(action="user.signed_in").changes == {"second_factor": [None, True]}


def test_a_code_works_once(cast, browser):
    secret = turn_on(client_for(cast.owner))
    code = code_for(secret)
    for expected in (str(cast.owner.pk), None):
        browser = Client()
        browser.post(reverse("account_login"), {"login": cast.owner.email, "password": PASSWORD})
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert browser.session.get(SESSION_KEY) == expected


def test_a_code_of_the_half_minute_before_is_refused(cast, browser, settings):
    settings.MFA_TOTP_TOLERANCE = getattr(configured, "MFA_TOTP_TOLERANCE", 0)
    connect_app(cast.owner)
    browser.post(reverse("account_login"), {"login": cast.owner.email, "password": PASSWORD})
    answer = browser.post(reverse("mfa_authenticate"), {"code": code_for(ago=30)})
    assert (answer.status_code, browser.session.get(SESSION_KEY)) == (200, None)


def test_a_recovery_code_works_once(cast):
    owner = client_for(cast.owner)
    turn_on(owner)
    code = recovery_codes(owner)[-1]
    for expected in (str(cast.owner.pk), None):
        browser = Client()
        browser.post(reverse("account_login"), {"login": cast.owner.email, "password": PASSWORD})
        browser.post(reverse("mfa_authenticate"), {"code": code})
        assert browser.session.get(SESSION_KEY) == expected


def test_secrets_are_encrypted_at_rest(cast):
    secret = turn_on(client_for(cast.owner))
    stored = Authenticator.objects.get(user=cast.owner, type="totp").data["secret"]
    assert secret not in stored
    assert stored.startswith("gAAAA")


def test_turning_off_is_on_record(cast):
    client = client_for(cast.owner)
    turn_on(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=cast.owner).exists()
    kinds = (
        Event.objects.filter(action="user.second_factor_off").order_by("id").values_list("changes", flat=True)
    )
    assert sorted(change["kind"][0] for change in kinds) == ["recovery_codes", "totp"]


class TestDemandedByRole:
    @pytest.fixture(autouse=True)
    def _demand(self, settings):
        settings.MFA_REQUIRED_ROLES = ["verifier", "administrator"]

    def test_the_role_counts_only_with_the_factor(self, cast, verifier):
        factories.grant(verifier, "team", cast.agency)
        without, with_it = factories.actor(verifier), factories.actor(verifier, second_factor=True)
        assert (without.roles, without.withheld) == ({"team"}, {"verifier"})
        assert (with_it.roles, with_it.withheld) == ({"team", "verifier"}, frozenset())

    def test_rows_and_rights_both_stay_closed(self, cast):
        administrator = factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))
        without = factories.actor(administrator)
        assert Membership.objects.visible_to(without).count() == 0
        assert may(without, "accounts.manage_members", cast.agency.pk).reason == (
            "Your role needs a second factor: turn on two-step sign-in in your account first."
        )
        with_it = factories.actor(administrator, second_factor=True)
        assert Membership.objects.visible_to(with_it).count() == 4
        assert may(with_it, "accounts.manage_members", cast.agency.pk)

    def test_signing_in_leads_to_what_to_do(self, cast, verifier, browser):
        form = {"login": verifier.email, "password": PASSWORD, "next": "/desk/7/"}
        response = browser.post(reverse("account_login"), form)
        assert response["Location"] == reverse("accounts:second_factor") + "?next=%2Fdesk%2F7%2F"
        page = browser.get(response["Location"]).content.decode()
        assert "Verifier" in page
        assert reverse("mfa_activate_totp") not in page
        assert reverse("accounts:ask_for_enrolment") in page
        page = may_set_up(browser).get(response["Location"]).content.decode()
        assert reverse("mfa_activate_totp") in page

    def test_the_whole_way_to_the_desk(self, cast, verifier):
        client = client_for(verifier)
        secret = turn_on(client)
        here = reverse("accounts:second_factor") + "?next=/pemberitahuan/"
        assert reverse("mfa_reauthenticate") in client.get(here).content.decode()
        client.post(reverse("mfa_reauthenticate"), {"code": code_for(secret)})
        assert client.get(here)["Location"] == "/pemberitahuan/"

    @pytest.mark.parametrize("wanted", ["https://lain.example/", "//lain.example/", "9999-12-31", "tim"])
    def test_the_page_never_leads_to_another_site(self, cast, wanted):
        page = f"{reverse('accounts:second_factor')}?next={wanted}"
        assert client_for(cast.owner).get(page)["Location"] == "/"

    def test_a_refusal_for_want_of_the_factor_leads_there_too(self, cast):
        administrator = factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))
        page = reverse("accounts:team") + f"?instansi={cast.agency.slug}"
        response = client_for(administrator).get(page)
        assert response["Location"].startswith(reverse("accounts:second_factor") + "?next=%2Ftim%2F")
        assert client_for(administrator, second_factor=True).get(page).status_code == 200

    def test_it_cannot_be_turned_off_again(self, cast, verifier):
        client = client_for(verifier)
        turn_on(client)
        client.post(reverse("mfa_deactivate_totp"))
        assert Authenticator.objects.filter(user=verifier, type="totp").exists()

    def test_somebody_elses_factor_in_the_session_does_not_count(self, cast, verifier):
        client = client_for(verifier, second_factor=True)
        session = client.session
        session["account_authentication_methods_user"] = str(cast.owner.pk)
        session.save()
        assert client.get(reverse("accounts:second_factor")).status_code == 200
