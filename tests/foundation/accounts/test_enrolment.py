"""Who may set up the first second factor of a role that demands one: never whoever has the password alone."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.accounts.enrolment import SECONDS, SESSION_KEY
from sipinter.foundation.accounts.models import EnrolmentCode, Notification, User
from sipinter.foundation.accounts.services.enrolment import (
    HOURS,
    ask_for_enrolment_code,
    issue_enrolment_code,
    redeem_enrolment_code,
    renew_second_factor,
)
from sipinter.foundation.accounts.services.invitations import send_invitation
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.worker import drain_queue

from ... import factories
from ...conftest import Cast
from ...factories import PASSWORD, actor, client_for, code_for

PROVED = {"proof": "card", "note": "Siti Rahma, 28 November, kartu pegawai dilihat"}
HELP = reverse("accounts:second_factor")
APP = reverse("mfa_activate_totp")


@pytest.fixture(autouse=True)
def _demand(settings: Settings) -> None:
    settings.MFA_REQUIRED_ROLES = ["verifier", "administrator", "pyb"]


@pytest.fixture
def verifier(cast: Cast) -> User:
    return factories.make_user("Nur Aini", ("verifier", cast.supervisor))


@pytest.fixture
def administrator(cast: Cast) -> User:
    return factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))


def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def sign_in(user: User) -> Client:
    client = browser()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def connect(client: Client) -> bool:
    """Try to connect an authenticator app, without JavaScript; whether it stands."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(APP)
    secret = client.session.get("mfa.totp.secret")
    client.post(APP, {"code": code_for(secret) if secret else "000000"})
    return Authenticator.objects.filter(type="totp", user=client.session["_auth_user_id"]).exists()


class TestPasswordAlone:
    def test_sets_up_no_app(self, verifier: User) -> None:
        client = sign_in(verifier)
        assert client.get(APP)["Location"] == f"{HELP}?next=%2F"
        assert not connect(client)
        page = client.get(HELP).content.decode()
        assert APP not in page
        assert "A password alone is not enough to set one up" in page

    @pytest.mark.parametrize(
        ("name", "args", "sent"),
        [
            ("mfa_add_webauthn", [], {"name": "x", "credential": "{}"}),
            ("mfa_generate_recovery_codes", [], {}),
            ("account_email", [], {"email": "lain@contoh.go.id", "action_add": ""}),
            ("openid_connect_login", ["sso"], {"process": "connect"}),
        ],
    )
    def test_changes_nothing_else_that_opens_the_account(
        self, verifier: User, name: str, args: list[str], sent: dict[str, str]
    ) -> None:
        client = sign_in(verifier)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        answer = client.post(reverse(name, args=args), sent)
        assert answer["Location"] == f"{HELP}?next=%2F"
        assert not Authenticator.objects.exists()
        assert verifier.emailaddress_set.count() == 1

    def test_nor_after_a_forgotten_password(self, verifier: User) -> None:
        client = browser()
        client.post(reverse("account_reset_password"), {"email": verifier.email})
        drain_queue()
        (link,) = re.findall(r"(/akun/password/reset/key/\S+)", mail.outbox[-1].body)
        client.post(client.get(link)["Location"], {"password1": PASSWORD, "password2": PASSWORD})
        client.post(reverse("account_login"), {"login": verifier.email, "password": PASSWORD})
        assert not connect(client)

    def test_nor_after_the_second_factor_was_removed(
        self, cast: Cast, verifier: User, administrator: User
    ) -> None:
        factories.connect_app(verifier)
        code = renew_second_factor(
            verifier.memberships.get(), **PROVED, actor=actor(administrator, second_factor=True)
        )
        assert code
        assert not Authenticator.objects.filter(user=verifier).exists()
        assert not connect(sign_in(verifier))

    def test_is_enough_where_no_role_asks_for_more(self, cast: Cast) -> None:
        assert connect(sign_in(cast.owner))


class TestByTheInvitation:
    def link(self, cast: Cast, administrator: User, email: str) -> str:
        by = actor(administrator, second_factor=True)
        made = send_invitation(cast.supervisor, email=email, name="Nur Aini", role="verifier", actor=by)
        return made.url.removeprefix("http://127.0.0.1:8000")

    def test_a_newcomer_sets_it_up_on_the_way_in(self, cast: Cast, administrator: User) -> None:
        client = browser()
        link = self.link(cast, administrator, "nur@contoh.go.id")
        answer = client.post(link, {"name": "Nur Aini", "password": PASSWORD, "again": PASSWORD})
        assert answer["Location"].startswith(HELP)
        assert APP in client.get(answer["Location"]).content.decode()
        assert connect(client)

    def test_so_does_somebody_with_an_account(self, cast: Cast, administrator: User) -> None:
        client = client_for(cast.outsider)
        answer = client.post(self.link(cast, administrator, cast.outsider.email))
        assert answer["Location"].startswith(HELP)
        assert connect(client)

    def test_the_right_ends_with_the_hour_and_with_the_sign_in(self, cast: Cast, administrator: User) -> None:
        client = client_for(cast.outsider)
        client.post(self.link(cast, administrator, cast.outsider.email))
        assert not connect(sign_in(cast.outsider))  # another browser
        session = client.session
        assert 0 < session[SESSION_KEY]["until"] - time.time() <= SECONDS == 3600
        session[SESSION_KEY]["until"] = time.time() - 1
        session.save()
        assert not connect(client)

    def test_nobody_elses_right_counts(self, cast: Cast, verifier: User) -> None:
        client = client_for(verifier)
        session = client.session
        session[SESSION_KEY] = {"user": cast.owner.pk, "until": time.time() + 60}
        session.save()
        assert not connect(client)


class TestByACode:
    @pytest.fixture
    def code(self, verifier: User, administrator: User) -> str:
        by = actor(administrator, second_factor=True)
        return issue_enrolment_code(verifier.memberships.get(), **PROVED, actor=by)

    def test_the_whole_way(self, cast: Cast, verifier: User, administrator: User) -> None:
        """From asking, by the administrator's page, to the app: nothing of it needs JavaScript."""
        client = sign_in(verifier)
        client.post(reverse("accounts:ask_for_enrolment"))
        asked = Notification.objects.get(user=administrator)
        assert asked.subject == "Nur Aini meminta kode untuk faktor kedua"
        helper = client_for(administrator, second_factor=True)
        assert "role that needs one" in helper.get(asked.path).content.decode()
        shown = helper.post(asked.path, PROVED).content.decode()
        (code,) = re.findall(r"<code>(\w{5}-\w{5}-\w{5})</code>", shown)
        answer = client.post(reverse("accounts:enrolment_code"), {"code": code.lower(), "next": "/desk/"})
        assert answer["Location"] == f"{HELP}?next=%2Fdesk%2F"
        assert APP in client.get(answer["Location"]).content.decode()
        assert connect(client)
        actions = list(Event.objects.filter(action__startswith="user.enrolment").order_by("id"))
        assert [one.action for one in actions] == [
            "user.enrolment_asked",
            "user.enrolment_code_issued",
            "user.enrolment_code_used",
        ]
        assert actions[1].changes["proof"] == [None, "card"]
        assert code not in str([one.changes for one in actions])
        drain_queue()
        assert not [letter for letter in mail.outbox if code in letter.body]
        assert [verifier.email] in [letter.to for letter in mail.outbox]

    def test_other_administrators_are_told(self, cast: Cast, verifier: User, administrator: User) -> None:
        other = factories.make_user("Ratna", ("administrator", cast.supervisor))
        by = actor(administrator, second_factor=True)
        issue_enrolment_code(verifier.memberships.get(), **PROVED, actor=by)
        assert Notification.objects.filter(user=other).count() == 1
        assert not Notification.objects.filter(user=administrator).exists()

    def test_it_works_once_and_for_one_person(self, cast: Cast, verifier: User, code: str) -> None:
        with pytest.raises(Invalid):
            redeem_enrolment_code(cast.outsider, code, actor=actor(cast.outsider))
        with pytest.raises(Denied):
            redeem_enrolment_code(verifier, code, actor=actor(cast.outsider))
        redeem_enrolment_code(verifier, code, actor=actor(verifier))
        with pytest.raises(Invalid):
            redeem_enrolment_code(verifier, code, actor=actor(verifier))

    def test_it_ends_after_a_day_and_with_the_next(
        self, verifier: User, administrator: User, code: str
    ) -> None:
        by = actor(administrator, second_factor=True)
        later = issue_enrolment_code(verifier.memberships.get(), **PROVED, actor=by)
        with pytest.raises(Invalid):
            redeem_enrolment_code(verifier, code, actor=actor(verifier))
        EnrolmentCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(Invalid):
            redeem_enrolment_code(verifier, later, actor=actor(verifier))
        assert HOURS == 24

    def test_guessing_is_stopped(self, verifier: User) -> None:
        client = sign_in(verifier)
        page = reverse("accounts:enrolment_code")
        said = [client.post(page, {"code": f"AAAAA-AAAAA-AAAA{n}"}).status_code for n in range(6)]
        assert said == [422] * 5 + [429]

    def test_a_factor_that_stands_is_not_passed_by(self, verifier: User, administrator: User) -> None:
        factories.connect_app(verifier)
        by = actor(administrator, second_factor=True)
        with pytest.raises(NotNow):
            issue_enrolment_code(verifier.memberships.get(), **PROVED, actor=by)

    def test_the_keeper_makes_it_for_the_agencys_people_only(self, cast: Cast, verifier: User) -> None:
        pyb = factories.make_user("Bupati", ("pyb", cast.agency))
        keeper = actor(cast.owner)
        assert issue_enrolment_code(pyb.memberships.get(), **PROVED, actor=keeper)
        for membership in (verifier.memberships.get(), cast.owner.memberships.get()):
            with pytest.raises(Denied):
                issue_enrolment_code(membership, **PROVED, actor=keeper)

    @pytest.mark.parametrize("fault", [{"proof": "telepon"}, {"note": " "}])
    def test_not_without_proof(self, cast: Cast, fault: dict[str, str]) -> None:
        pyb = factories.make_user("Bupati", ("pyb", cast.agency))
        with pytest.raises(Invalid):
            issue_enrolment_code(pyb.memberships.get(), **PROVED | fault, actor=actor(cast.owner))
        assert not EnrolmentCode.objects.exists()

    def test_not_of_somebody_who_has_left(self, cast: Cast) -> None:
        pyb = factories.make_user("Bupati", ("pyb", cast.agency))
        with pytest.raises(NotNow):
            issue_enrolment_code(factories.end(pyb.memberships.get()), **PROVED, actor=actor(cast.owner))


class TestAsking:
    @pytest.mark.parametrize(
        ("role", "told"),
        [("pyb", {"Agus Wijaya", "Rina Lestari"}), ("verifier", {"Agus Wijaya"})],
    )
    def test_whoever_answers_for_the_person_is_told(
        self, cast: Cast, administrator: User, role: str, told: set[str]
    ) -> None:
        agency = cast.agency if role == "pyb" else cast.supervisor
        person = factories.make_user("Bupati", (role, agency))
        assert ask_for_enrolment_code(person, actor=actor(person)) == len(told)
        assert {one.user.name for one in Notification.objects.select_related("user")} == told

    def test_only_so_often(self, verifier: User, administrator: User) -> None:
        client = sign_in(verifier)
        said = [client.post(reverse("accounts:ask_for_enrolment")).status_code for _ in range(3)]
        assert said == [302, 302, 429]

    def test_only_for_oneself_and_only_where_it_is_needed(self, cast: Cast, verifier: User) -> None:
        with pytest.raises(Denied):
            ask_for_enrolment_code(verifier, actor=actor(cast.owner))
        with pytest.raises(NotNow):
            ask_for_enrolment_code(cast.owner, actor=actor(cast.owner))

    def test_where_nobody_can_help_the_page_says_so(self, verifier: User) -> None:
        client = sign_in(verifier)
        client.post(reverse("accounts:ask_for_enrolment"))
        assert "nobody to ask but whoever runs" in client.get(HELP).content.decode()
