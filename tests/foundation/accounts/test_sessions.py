"""Signed-in browsers: they run out, are listed, and can be ended; rights that end take them along."""

import time
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.access.errors import Denied
from sipinter.foundation.accounts import sessions
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.services.invitations import send_invitation
from sipinter.foundation.audit.models import Event
from tests import factories
from tests.conftest import Cast
from tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36"
)
PAGE = "/pemberitahuan/"


def open_browser(user: User, user_agent: str = FIREFOX) -> Client:
    """A browser signed in through the sign-in page."""
    client = Client(headers={"accept-language": "en", "user-agent": user_agent})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def age(client: Client, *, begun: float = 0, seen: float = 0) -> None:
    """Put the session's clocks back by so many seconds."""
    session = client.session
    session[sessions.BEGUN] -= begun
    session[sessions.SEEN] -= seen
    session.save()


def test_idle_and_absolute_limits(cast: Cast, settings: Any) -> None:
    settings.SESSION_IDLE, settings.SESSION_LONGEST = 600, 3600
    client = open_browser(cast.owner)
    age(client, begun=3500, seen=500)
    assert is_in(client)
    age(client, seen=601)
    assert not is_in(client)
    client = open_browser(cast.owner)
    age(client, begun=3601)
    assert not is_in(client)


def test_use_keeps_a_sign_in_alive_and_is_noted_once_a_minute(
    cast: Cast, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.SESSION_IDLE = 600
    client = open_browser(cast.owner)
    age(client, seen=599)
    assert is_in(client)
    assert time.time() - client.session[sessions.SEEN] < 5
    before = UserSession.objects.get().last_seen_at
    assert is_in(client)
    assert UserSession.objects.get().last_seen_at == before
    age(client, seen=61)
    assert is_in(client)
    assert UserSession.objects.get().last_seen_at > before


def test_what_was_being_sent_when_the_time_ran_out_is_kept(cast: Cast, settings: Any) -> None:
    settings.SESSION_IDLE = 600
    client = open_browser(cast.owner)
    client.get(reverse("accounts:profile"))
    age(client, seen=601)
    response = client.post(reverse("accounts:profile"), {"name": "Rina Lestari, S.H."})
    assert response["Location"].startswith(reverse("account_login"))
    client.post(response["Location"], {"login": cast.owner.email, "password": PASSWORD})
    assert "Rina Lestari, S.H." in client.get(reverse("accounts:profile")).content.decode()


def test_the_list_shows_device_and_last_use_and_ends_one(cast: Cast) -> None:
    here, there = open_browser(cast.owner), open_browser(cast.owner, CHROME)
    page = here.get(reverse("accounts:sessions")).content.decode()
    assert "Firefox, Windows (this browser)" in page
    assert "Chrome, Android" in page
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(reverse("accounts:end_session", args=[other.pk]))
    assert (is_in(here), is_in(there)) == (True, False)
    assert Event.objects.get(action="user.sessions_ended").changes == {"count": [None, 1]}


def test_signing_out_ends_the_session_and_clears_the_browser(cast: Cast) -> None:
    client = open_browser(cast.owner)
    key = client.session.session_key
    response = client.post(reverse("account_logout"))
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(session_key=key).exists()
    client.cookies["sessionid"] = key or ""
    assert not is_in(client)


def test_proving_again_who_one_is_gives_a_new_key(cast: Cast) -> None:
    client = open_browser(cast.owner)
    key = client.session.session_key
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.session.session_key != key
    assert is_in(client)


def test_ending_sessions_asks_again_when_the_proof_is_old(cast: Cast) -> None:
    here, there = open_browser(cast.owner), open_browser(cast.owner)
    session = here.session
    methods = session["account_authentication_methods"]
    session["account_authentication_methods"] = [done | {"at": 0} for done in methods]
    session.save()
    asked = here.post(reverse("accounts:end_other_sessions"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert is_in(there)


def test_ending_all_others(cast: Cast) -> None:
    here, *others = (open_browser(cast.owner) for _number in range(3))
    here.post(reverse("accounts:end_other_sessions"))
    assert (is_in(here), [is_in(other) for other in others]) == (True, [False, False])


def test_nobody_ends_or_sees_anothers(cast: Cast) -> None:
    mine, theirs = open_browser(cast.owner), open_browser(cast.outsider, CHROME)
    assert "Android" not in mine.get(reverse("accounts:sessions")).content.decode()
    row = UserSession.objects.get(user=cast.outsider)
    mine.post(reverse("accounts:end_session", args=[row.pk]))
    assert is_in(theirs)
    with pytest.raises(Denied):
        sessions.end_own_session(cast.outsider, row.pk, actor=factories.actor(cast.owner))


def test_an_ended_role_is_out_at_once(cast: Cast) -> None:
    keeper, member = open_browser(cast.owner), open_browser(cast.team_mate)
    membership = cast.team_mate.memberships.get()
    keeper.post(reverse("accounts:end", args=[membership.pk]))
    assert not is_in(member)
    assert not Session.objects.filter(session_key=member.cookies["sessionid"].value).exists()
    assert is_in(keeper)


def test_a_keeper_signs_a_member_out_everywhere(cast: Cast) -> None:
    keeper, member, outsider = map(open_browser, (cast.owner, cast.team_mate, cast.outsider))
    membership = cast.team_mate.memberships.get()
    address = reverse("accounts:sign_out_everywhere", args=[membership.pk])
    assert outsider.post(address).status_code == 404
    assert member.post(address).status_code == 404
    assert is_in(member)
    keeper.post(address)
    assert not is_in(member)
    assert membership.ended_at is None


def test_whoever_ends_the_own_sign_in_is_asked_to_sign_in(cast: Cast) -> None:
    client = open_browser(cast.owner)
    membership = cast.owner.memberships.get()
    response = client.post(reverse("accounts:sign_out_everywhere", args=[membership.pk]), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    client = open_browser(cast.owner)
    row = UserSession.objects.get(session_key=client.session.session_key)
    response = client.post(reverse("accounts:end_session", args=[row.pk]), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_a_new_role_gives_the_session_a_new_key(cast: Cast) -> None:
    client = open_browser(cast.team_mate)
    key = client.session.session_key
    invited = send_invitation(
        cast.agency, email=cast.team_mate.email, name="Budi Santosa", role="pyb", actor=system_actor()
    )
    client.post(invited.url.removeprefix("http://127.0.0.1:8000"))
    assert cast.team_mate.memberships.filter(role="pyb").exists()
    assert client.session.session_key != key
    assert not Session.objects.filter(session_key=key).exists()
    assert is_in(client)


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (CHROME, "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1", "Safari, macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/141.0 Safari/537.36", "Chrome, Linux"),
        ("", "Unknown browser"),
        ("<script>", "Unknown browser"),
    ],
)
def test_names_of_devices(user_agent: str, words: str) -> None:
    assert sessions.device_label(user_agent) == words


@pytest.mark.parametrize("kind", ["of another", "pickle", "changed"])
def test_what_is_written_into_a_session_by_hand_signs_nobody_in(cast: Cast, kind: str) -> None:
    theirs, ours = open_browser(cast.owner), open_browser(cast.outsider)
    data = Session.objects.get(pk=theirs.session.session_key).session_data
    forged = {"of another": data, "pickle": "gASVBwAAAAAAAAB9lIwBYZRLAXMu", "changed": data[:-1] + "_"}[kind]
    Session.objects.filter(pk=ours.session.session_key).update(session_data=forged)
    assert not is_in(ours)
    assert is_in(theirs)
