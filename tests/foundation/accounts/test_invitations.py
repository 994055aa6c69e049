"""Inviting, taking up, sending again, withdrawing."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.accounts.models import Invitation, Membership, User
from sipinter.foundation.accounts.services import invitations
from sipinter.foundation.accounts.services.invitations import (
    ClosedLink,
    UnknownLink,
    accept_invitation,
    accept_with_account,
    get_open_invitation,
    invited_account,
    resend_invitation,
    revoke_invitation,
)
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.worker import drain_queue

from ... import factories
from ...factories import PASSWORD, actor


@pytest.fixture
def send(cast):
    """Invites by the owner with sensible values; the mail goes out as by a worker."""

    def invite(**changes):
        values = {"email": "putri@contoh.go.id", "name": "Putri Handayani", "role": "team"}
        values |= {"actor": actor(cast.owner)} | changes
        agency = values.pop("agency", cast.agency)
        invited = invitations.send_invitation(agency, **values)
        drain_queue()
        return invited

    return invite


def token_of(invited):
    return invited.url.rstrip("/").rsplit("/", 1)[1]


def actions_about(obj):
    name = f"{obj._meta.model_name}:{obj.pk}"
    return list(Event.objects.filter(target=name).order_by("position").values_list("action", flat=True))


def test_the_link_goes_by_mail_and_only_its_hash_is_kept(send, cast):
    invited = send(scope=["3", "1.2"], unit="Bidang Mutasi")
    token = token_of(invited)
    row = Invitation.objects.get()
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) == 43
    assert (row.agency, row.email, row.scope, row.unit) == (
        cast.agency,
        "putri@contoh.go.id",
        ["1.2", "3"],
        "Bidang Mutasi",
    )
    assert timedelta(days=13, hours=23) < row.expires_at - timezone.now() <= timedelta(days=14)
    (letter,) = mail.outbox
    assert letter.to == ["putri@contoh.go.id"]
    assert invited.url in letter.body
    assert invited.url.startswith("http://127.0.0.1:8000/undangan/")
    (event,) = Event.objects.filter(action="invitation.sent")
    assert (event.agency, event.actor, token in str(event.changes)) == (cast.agency, cast.owner, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "bukan alamat"}, "email"),
        ({"email": ""}, "email"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"unit": "x" * 151}, "unit"),
        ({"scope": ["99"]}, "scope"),
        ({"scope": ["3.99"]}, "scope"),
        ({"scope": ["3.4; DROP"]}, "scope"),
        ({"role": "pyb", "scope": ["3"]}, "scope"),
    ],
)
def test_what_does_not_hold_is_refused_with_its_field(send, changes, field):
    with pytest.raises(Invalid) as refusal:
        send(**changes)
    assert list(refusal.value.fields) == [field]
    assert Invitation.objects.count() == 0
    assert mail.outbox == []


def test_control_characters_never_reach_name_or_mail(send):
    invited = send(name="Putri\r\nBcc: lain@contoh.go.id\x00")
    assert invited.invitation.name == "Putri Bcc: lain@contoh.go.id"


def test_supervisors_role_in_a_regency_is_refused(send, cast):
    administrator = factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))
    with pytest.raises(Invalid) as refusal:
        send(role="verifier", actor=actor(administrator))
    assert list(refusal.value.fields) == ["role"]
    invited = send(role="verifier", agency=cast.supervisor, actor=actor(administrator))
    assert invited.invitation.agency == cast.supervisor


@pytest.mark.parametrize("who", ["team_mate", "outsider"])
def test_only_the_keeper_invites(send, cast, who):
    with pytest.raises(Denied):
        send(actor=actor(getattr(cast, who)))
    assert Invitation.objects.count() == 0


def test_an_inactive_agency_takes_nobody(send, cast):
    cast.agency.is_active = False
    cast.agency.save()
    with pytest.raises(Invalid):
        send()


def test_twice_is_refused_while_the_first_is_open(send):
    send()
    with pytest.raises(Invalid) as refusal:
        send(email="PUTRI@contoh.go.id")
    assert list(refusal.value.fields) == ["email"]
    send(role="pyb")  # another role is another invitation
    assert Invitation.objects.count() == 2


def test_a_member_is_not_invited_again_to_the_same_role(send, cast):
    with pytest.raises(Invalid) as refusal:
        send(email=cast.team_mate.email)
    assert list(refusal.value.fields) == ["email"]
    factories.end(cast.team_mate.memberships.get())
    assert send(email=cast.team_mate.email).invitation.pk


def test_a_new_one_takes_the_place_of_one_that_is_too_old(send):
    old = send().invitation
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    new = send().invitation
    assert list(Invitation.objects.waiting()) == [new]
    assert actions_about(old) == ["invitation.sent", "invitation.revoked"]


def test_a_newcomer_gets_an_account_and_the_role(send, cast):
    invited = send(scope=["3"], unit="Bidang Mutasi")
    user = accept_invitation(token_of(invited), name="Putri  Handayani, S.Si.", password=PASSWORD)
    assert (user.email, user.name, user.check_password(PASSWORD)) == (
        "putri@contoh.go.id",
        "Putri Handayani, S.Si.",
        True,
    )
    address = user.emailaddress_set.get()
    assert (address.email, address.verified, address.primary) == (user.email, True, True)
    membership = user.memberships.get()
    assert (membership.agency, membership.role, membership.scope, membership.unit) == (
        cast.agency,
        "team",
        ["3"],
        "Bidang Mutasi",
    )
    assert actions_about(invited.invitation) == ["invitation.sent", "invitation.accepted"]
    assert actions_about(membership) == ["membership.started"]
    assert Event.objects.get(action="invitation.accepted").actor == user


@pytest.mark.parametrize("password", ["pendek", "password1234", "putrihandayani", "putri@contoh.go.id"])
def test_password_rules_hold_at_acceptance(send, password):
    invited = send()
    with pytest.raises(Invalid) as refusal:
        accept_invitation(token_of(invited), name="Putri Handayani", password=password)
    assert list(refusal.value.fields) == ["password"]
    assert not User.objects.filter(email="putri@contoh.go.id").exists()
    assert Invitation.objects.get().accepted_at is None


def test_a_link_works_once(send):
    token = token_of(send())
    accept_invitation(token, name="Putri Handayani", password=PASSWORD)
    with pytest.raises(ClosedLink, match="has been used"):
        accept_invitation(token, name="Putri Handayani", password=PASSWORD)
    assert Membership.objects.filter(user__email="putri@contoh.go.id").count() == 1


def test_expired_withdrawn_and_unknown_links(send, cast):
    invited = send()
    Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(ClosedLink, match="has expired"):
        get_open_invitation(token_of(invited))
    revoke_invitation(invited.invitation, actor=actor(cast.owner))
    with pytest.raises(ClosedLink, match="was withdrawn"):
        get_open_invitation(token_of(invited))
    for token in ("", "x", invited.invitation.token_hash):
        with pytest.raises(UnknownLink):
            get_open_invitation(token)


def test_sending_again_makes_a_new_link_and_closes_the_old(send, cast):
    first = send()
    Invitation.objects.update(expires_at=timezone.now())
    second = resend_invitation(first.invitation, actor=actor(cast.owner))
    drain_queue()
    with pytest.raises(UnknownLink):
        get_open_invitation(token_of(first))
    assert get_open_invitation(token_of(second)) == first.invitation
    assert [re.findall(r"http\S+", letter.body) for letter in mail.outbox] == [[first.url], [second.url]]
    assert actions_about(first.invitation) == ["invitation.sent", "invitation.resent"]


@pytest.mark.parametrize("act", [resend_invitation, revoke_invitation])
def test_what_was_used_is_neither_sent_again_nor_withdrawn(send, cast, act):
    invited = send()
    accept_invitation(token_of(invited), name="Putri Handayani", password=PASSWORD)
    with pytest.raises(ClosedLink):
        act(invited.invitation, actor=actor(cast.owner))


@pytest.mark.parametrize("act", [resend_invitation, revoke_invitation])
@pytest.mark.parametrize("who", ["team_mate", "outsider"])
def test_others_touch_no_invitation(send, cast, act, who):
    with pytest.raises(Denied):
        act(send().invitation, actor=actor(getattr(cast, who)))


def test_an_address_with_an_account_is_taken_up_by_its_owner_only(send, cast):
    invited = send(email=cast.outsider.email)
    token = token_of(invited)
    with pytest.raises(Denied, match="has an account already"):
        accept_invitation(token, name="Penipu", password=PASSWORD)
    with pytest.raises(Denied, match="another e-mail address"):
        accept_with_account(token, actor=actor(cast.team_mate))
    accept_with_account(token, actor=actor(cast.outsider))
    assert factories.actor(cast.outsider).agency_ids() == {cast.agency.pk, cast.other_agency.pk}
    assert cast.outsider.name == User.objects.get(pk=cast.outsider.pk).name


def test_a_verified_second_address_counts_as_an_account(send, cast):
    cast.outsider.emailaddress_set.create(email="putri@contoh.go.id", verified=True, primary=False)
    invited = send()
    assert invited_account(invited.invitation) == cast.outsider


def test_somebody_elses_unverified_claim_on_the_address_does_not_count(send, cast):
    cast.outsider.emailaddress_set.create(email="putri@contoh.go.id", verified=False, primary=False)
    invited = send()
    user = accept_invitation(token_of(invited), name="Putri Handayani", password=PASSWORD)
    assert user.pk != cast.outsider.pk


def test_a_role_one_already_has_is_not_given_twice(send, cast):
    invited = send(email=cast.outsider.email)
    factories.grant(cast.outsider, "team", cast.agency)
    with pytest.raises(NotNow):
        accept_with_account(token_of(invited), actor=actor(cast.outsider))
    assert Invitation.objects.get().accepted_at is None


def test_nothing_goes_out_when_the_transaction_fails(cast):
    with pytest.raises(Invalid):
        invitations.send_invitation(cast.agency, email="x", name="X", role="team", actor=actor(cast.owner))
    assert (drain_queue(), mail.outbox) == (0, [])
