"""Separation of duties: the table, and every way by which somebody comes to a role."""

from itertools import combinations

import pytest
from django.urls import reverse

from sipinter.cli.demo.people import PEOPLE
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.access.duties import DUTIES, Where, duty_rule, excluding_rule, why_not_besides
from sipinter.foundation.access.errors import Denied, Invalid, NotNow
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.models import Invitation, Notification
from sipinter.foundation.accounts.services.duties import duty_clashes, why_excluded
from sipinter.foundation.accounts.services.invitations import (
    ClosedLink,
    accept_invitation,
    accept_with_account,
    confirm_invitation,
    decline_invitation,
    get_open_invitation,
    resend_invitation,
    send_invitation,
)
from sipinter.foundation.accounts.services.memberships import end_membership
from sipinter.foundation.accounts.services.people import create_administrator
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.worker import drain_queue
from sipinter.site.operations.checks.sign_in import check_duties
from tests.factories import PASSWORD, actor, client_for, end, grant, make_agency, make_user

pytestmark = pytest.mark.django_db
PAIRS = list(combinations(Role, 2))


@pytest.fixture
def administrator(cast):
    return make_user("Agus Wijaya", ("administrator", cast.supervisor))


def token_of(sent):
    return sent.url.rstrip("/").rsplit("/", 1)[1]


# --- the table


def test_every_pair_has_a_rule_with_a_sentence_the_same_both_ways():
    for one, other in PAIRS:
        rule = duty_rule(one, other)
        assert rule is duty_rule(other, one)
        assert str(rule.why).endswith((".", ")."))


def test_every_rule_is_the_rule_of_some_pair():
    assert {id(duty_rule(*pair)) for pair in PAIRS} == {id(rule) for rule in DUTIES}


@pytest.mark.parametrize("other", ["pyb", "ppk"])
def test_the_keeper_is_neither_secretary_nor_head_of_the_same_agency(other):
    assert excluding_rule(("keeper", 1), (other, 1))
    assert excluding_rule(("keeper", 1), (other, 2)) is None


def test_the_secretary_may_head_the_team():
    assert duty_rule("pyb", "team").excluded is Where.NOWHERE


def test_an_auditor_holds_nothing_that_is_audited():
    free = {role for role in Role if role != "auditor" and not why_not_besides(("auditor", 1), [(role, 2)])}
    assert free == {Role.EMPLOYEE, Role.READER}


def test_the_people_of_the_demonstration_keep_the_table():
    held: dict[str, list[tuple[str, int]]] = {}
    for person in PEOPLE:
        held.setdefault(person.name, []).append((person.role, hash(person.agency)))
    for duties in held.values():
        assert not any(excluding_rule(*pair) for pair in combinations(duties, 2))


# --- every pair, by the way people come to a role


def test_every_pair_is_taken_up_or_refused_as_the_table_says():
    """In one agency, where all roles fit; by an invitation from before the other was taken up, and after."""
    body = make_agency("Badan Pengawas Contoh", "lpnk")
    found = {pair: outcome(body, *pair) for pair in PAIRS}
    told = {pair: "both" if duty_rule(*pair).excluded is Where.NOWHERE else "one" for pair in PAIRS}
    assert found == told


def outcome(body, held, wanted):
    """Whether who holds the one takes up the other ("both") or is refused with its reason ("one")."""
    user = make_user("Dua Topi")
    sent = send_invitation(body, email=user.email, name="Dua Topi", role=wanted, actor=system_actor())
    grant(user, held, body)
    why = str(duty_rule(held, wanted).why)
    try:
        accept_with_account(token_of(sent), actor=actor(user))
    except NotNow as refused:
        said = str(refused)
    else:
        return "both" if actor(user, second_factor=True).roles == {held, wanted} else "neither"
    assert why in said
    Invitation.objects.filter(pk=sent.invitation.pk).delete()
    with pytest.raises(Invalid) as refused_at_once:
        send_invitation(body, email=user.email, name="Dua Topi", role=wanted, actor=system_actor())
    assert why in refused_at_once.value.fields["email"]
    end(user.memberships.get())
    assert why_excluded(user, wanted, body) == ""
    return "one"


@pytest.mark.parametrize("role", ["pyb", "ppk"])
def test_a_keeper_cannot_hand_secretary_or_head_to_herself(cast, role):
    with pytest.raises(Invalid) as refused:
        send_invitation(cast.agency, email=cast.owner.email, name="Saya", role=role, actor=actor(cast.owner))
    assert list(refused.value.fields) == ["email"]
    # By another address, which she confirms as hers: the account counts, not the address.
    cast.owner.emailaddress_set.create(email="lain@contoh.go.id", verified=True)
    with pytest.raises(Invalid):
        send_invitation(
            cast.agency, email="lain@contoh.go.id", name="Saya", role=role, actor=actor(cast.owner)
        )


def test_the_first_administrator_is_nobody_who_answers_for_an_agency(cast):
    with pytest.raises(Invalid) as refused:
        create_administrator(cast.supervisor, email=cast.owner.email, name="Rina", password=PASSWORD)
    assert list(refused.value.fields) == ["email"]


# --- secretary and head are confirmed


def ask(cast, role="pyb", email="sekda@contoh.go.id"):
    sent = send_invitation(cast.agency, email=email, name="Sekda Baru", role=role, actor=actor(cast.owner))
    drain_queue()
    return sent


def test_a_keepers_invitation_waits_for_the_present_holder(cast, mailoutbox):
    holder = make_user("Sekda Lama", ("pyb", cast.agency))
    head = make_user("Bupati", ("ppk", cast.agency))
    sent = ask(cast)
    assert (sent.url, sent.invitation.waits_for_confirmation) == ("", True)
    assert "sekda@contoh.go.id" not in [to for letter in mailoutbox for to in letter.to]
    told = {row.user: row.path for row in Notification.objects.all()}
    assert told == {holder: f"/tim/undangan/{sent.invitation.pk}/konfirmasi/", head: ""}
    with pytest.raises(ClosedLink, match="waits to be confirmed"):
        resend_invitation(sent.invitation, actor=actor(cast.owner))
    confirmed = confirm_invitation(sent.invitation, actor=actor(holder))
    drain_queue()
    assert [letter.to for letter in mailoutbox][-1] == ["sekda@contoh.go.id"]
    user = accept_invitation(token_of(confirmed), name="Sekda Baru", password=PASSWORD)
    assert actor(user).roles == {"pyb"}
    event = Event.objects.get(action="invitation.confirmed")
    assert (event.actor, event.agency) == (holder, cast.agency)
    taken_up = Notification.objects.filter(subject__startswith="Sekda Baru")
    assert {row.user for row in taken_up} == {holder, head}


def test_without_a_holder_the_administrator_confirms(cast, administrator):
    sent = ask(cast)
    assert [row.user for row in Notification.objects.all()] == [administrator]
    for who in (cast.owner, cast.team_mate, cast.outsider):
        with pytest.raises(Denied):
            confirm_invitation(sent.invitation, actor=actor(who))
    confirmed = confirm_invitation(sent.invitation, actor=actor(administrator))
    assert get_open_invitation(token_of(confirmed)) == sent.invitation
    with pytest.raises(NotNow, match="does not wait"):
        confirm_invitation(sent.invitation, actor=actor(administrator))


def test_the_head_does_not_confirm_a_secretary_nor_the_sender_their_own(cast):
    make_user("Sekda Lama", ("pyb", cast.agency))
    head = make_user("Bupati", ("ppk", cast.agency))
    sent = ask(cast)
    with pytest.raises(Denied):
        confirm_invitation(sent.invitation, actor=actor(head))
    grant(cast.owner, "pyb", cast.agency)  # held from before the table was
    with pytest.raises(Denied, match="other than who sent"):
        confirm_invitation(sent.invitation, actor=actor(cast.owner))


def test_the_administrators_own_invitation_goes_out_at_once(cast, administrator):
    sent = send_invitation(
        cast.agency, email="sekda@contoh.go.id", name="Sekda", role="pyb", actor=actor(administrator)
    )
    assert get_open_invitation(token_of(sent)) == sent.invitation


def test_the_holder_refuses_and_the_sender_is_told(cast):
    holder = make_user("Sekda Lama", ("pyb", cast.agency))
    sent = ask(cast)
    decline_invitation(sent.invitation, actor=actor(holder))
    assert not Invitation.objects.waiting().exists()
    assert Notification.objects.filter(user=cast.owner, subject__contains="Sekda Baru").exists()


def test_the_page_of_the_confirmation(cast):
    holder = make_user("Sekda Lama", ("pyb", cast.agency))
    page = reverse("accounts:confirm", args=[ask(cast).invitation.pk])
    assert client_for(cast.outsider).get(page).status_code == 404
    assert client_for(cast.owner).get(page).status_code == 403
    browser = client_for(holder)
    assert "Sekda Baru" in browser.get(page).content.decode()
    assert browser.post(page, {"confirm": ""}).status_code == 302
    assert Invitation.objects.get().confirmed_by == holder
    assert client_for(holder).get(page).status_code == 404  # nothing of theirs any more


def test_the_form_says_which_roles_wait_and_why(cast, administrator):
    said = "You cannot take these roles yourself"
    form = reverse("accounts:invite")
    assert said in client_for(cast.owner).get(form).content.decode()
    other = f"{form}?instansi={cast.agency.slug}"
    assert said not in client_for(administrator, second_factor=True).get(other).content.decode()


# --- an invitation is worth no more than its sender's right


def test_when_a_keepers_role_ends_what_she_sent_is_closed_and_the_invited_are_told(cast, mailoutbox):
    second = make_user("Wahyu Hidayat", ("keeper", cast.agency))
    sent = ask(cast, role="team", email="putri@contoh.go.id")
    kept = send_invitation(
        cast.agency, email="dewi@contoh.go.id", name="Dewi", role="team", actor=actor(second)
    )
    end_membership(cast.owner.memberships.get(), actor=actor(second))
    drain_queue()
    with pytest.raises(ClosedLink, match="was withdrawn"):
        get_open_invitation(token_of(sent))
    assert get_open_invitation(token_of(kept)) == kept.invitation
    closed = Event.objects.get(action="invitation.revoked")
    assert (closed.actor, closed.agency) == (second, cast.agency)
    assert [letter.to for letter in mailoutbox].count(["putri@contoh.go.id"]) == 2
    assert "no longer works" in mailoutbox[-1].body or "tidak berlaku" in mailoutbox[-1].body


def test_at_acceptance_the_senders_right_is_asked_again(cast):
    """Also where the role ended without the service: in the database, or with the account."""
    sent = ask(cast, role="team", email="putri@contoh.go.id")
    end(cast.owner.memberships.get())
    with pytest.raises(ClosedLink, match="no longer has the right"):
        accept_invitation(token_of(sent), name="Putri", password=PASSWORD)
    response = client_for(None).get(f"/undangan/{token_of(sent)}/")
    assert response.status_code == 410
    assert "no longer has the right" in response.content.decode()


def test_a_closed_account_sends_nothing_any_more(cast):
    sent = ask(cast, role="team", email="putri@contoh.go.id")
    cast.owner.is_active = False
    cast.owner.save()
    with pytest.raises(ClosedLink, match="no longer has the right"):
        get_open_invitation(token_of(sent))


# --- what stands from before


def test_what_breaks_the_table_is_named_and_ends_only_by_hand(cast, administrator):
    assert list(check_duties()) == []
    grant(cast.owner, "pyb", cast.agency)
    grant(cast.team_mate, "pyb", cast.agency)  # a secretary heads the team
    (clash,) = duty_clashes()
    assert (clash.user, {clash.first.role, clash.second.role}) == (cast.owner, {"keeper", "pyb"})
    (found,) = check_duties()
    assert found.level == "note"
    assert "Rina Lestari" in found.wrong
    assert "keeper and pyb" in found.wrong
    assert duty_clashes(cast.other_agency) == []
    browser = client_for(administrator, second_factor=True)
    for page in ("/tim/", f"/tim/?instansi={cast.agency.slug}"):
        assert "exclude one another" in browser.get(page).content.decode()
    assert "exclude one another" not in client_for(cast.owner).get("/tim/").content.decode()
    end(cast.owner.memberships.get(role="pyb"))
    assert duty_clashes() == []
