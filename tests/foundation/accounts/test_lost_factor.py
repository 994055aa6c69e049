"""A lost second factor: who removes it, upon what proof, and what ends with it."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse

from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import MailFrequency, Notification, User
from sipinter.foundation.accounts.services.factors import remove_second_factor
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.worker import drain_queue

from ... import factories
from ...conftest import Cast
from ...factories import actor, client_for
from .test_second_factor import turn_on
from .test_sessions import is_in, open_browser

PROVED = {"proof": "card", "note": "Siti Rahma, 27 November, kartu pegawai dilihat"}


@pytest.fixture
def forgetful(cast: Cast) -> User:
    """A team member with an app and recovery codes, who wants no mails."""
    cast.team_mate.mails = MailFrequency.NONE
    cast.team_mate.save(update_fields=["mails"])
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=cast.team_mate, type=kind, data={})
    return cast.team_mate


def test_how_identity_was_proved_is_on_record(cast: Cast, forgetful: User) -> None:
    keeper, member = open_browser(cast.owner), client_for(forgetful)
    assert is_in(member)
    address = reverse("accounts:lost_factor", args=[forgetful.memberships.get().pk])
    page = keeper.post(address, {"proof": "", "note": ""})
    assert page.status_code == 422
    assert Authenticator.objects.filter(user=forgetful).count() == 2
    assert keeper.post(address, PROVED)["Location"].startswith(reverse("accounts:team"))
    assert not Authenticator.objects.filter(user=forgetful).exists()
    assert not is_in(member)
    event = Event.objects.get(action="user.second_factor_removed")
    assert (event.actor_id, event.agency_id) == (cast.owner.pk, cast.agency.pk)
    assert event.changes == {
        "kinds": [["recovery_codes", "totp"], []],
        "proof": [None, "card"],
        "note": [None, PROVED["note"]],
    }
    assert cast.owner.name in Notification.objects.get(user=forgetful).body
    drain_queue()
    assert [m.to for m in mail.outbox] == [[forgetful.email]]


@pytest.mark.parametrize(
    ("fault", "field"),
    [({"proof": "telepon"}, "proof"), ({"note": " "}, "note"), ({"note": "x" * 151}, "note")],
)
def test_without_proof_nothing_is_removed(
    cast: Cast, forgetful: User, fault: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        remove_second_factor(forgetful.memberships.get(), **PROVED | fault, actor=actor(cast.owner))
    assert list(refused.value.fields) == [field]
    assert Authenticator.objects.filter(user=forgetful).count() == 2


def test_only_whoever_answers_for_every_role_of_the_person(cast: Cast, forgetful: User) -> None:
    membership = forgetful.memberships.get()
    for by in (cast.outsider, forgetful):
        with pytest.raises(Denied):
            remove_second_factor(membership, **PROVED, actor=actor(by))
    factories.grant(forgetful, "verifier", cast.supervisor)
    with pytest.raises(Denied):
        remove_second_factor(membership, **PROVED, actor=actor(cast.owner))
    administrator = factories.make_user("Ratna", ("administrator", cast.supervisor))
    remove_second_factor(membership, **PROVED, actor=actor(administrator))
    assert not Authenticator.objects.filter(user=forgetful).exists()


def test_there_must_be_one(cast: Cast) -> None:
    with pytest.raises(NotNow):
        remove_second_factor(cast.team_mate.memberships.get(), **PROVED, actor=actor(cast.owner))


def test_not_of_somebody_who_has_left(cast: Cast, forgetful: User) -> None:
    with pytest.raises(NotNow):
        remove_second_factor(factories.end(forgetful.memberships.get()), **PROVED, actor=actor(cast.owner))
    assert Authenticator.objects.filter(user=forgetful).exists()


def test_where_it_is_refused_the_page_says_why(cast: Cast) -> None:
    page = client_for(cast.owner).get(reverse("accounts:end", args=[cast.owner.memberships.get().pk]))
    assert "Your own second factor is changed in your account." in page.content.decode()
    assert "langkah-kedua" not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_another_factor_ends_the_other_browsers(cast: Cast) -> None:
    here, elsewhere = open_browser(cast.owner), open_browser(cast.owner)
    turn_on(here)
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_browser_that_has_just_proved_itself_is_not_forgotten(cast: Cast) -> None:
    member, keeper = open_browser(cast.team_mate), client_for(cast.owner)
    member.post(reverse("account_reauthenticate"), {"password": factories.PASSWORD})
    keeper.post(reverse("accounts:sign_out_everywhere", args=[cast.team_mate.memberships.get().pk]))
    assert not is_in(member)
