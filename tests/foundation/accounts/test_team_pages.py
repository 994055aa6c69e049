"""The pages of an agency's people, read and used through the browser."""

import pytest
from django.core import mail
from django.urls import reverse

from sipinter.foundation.accounts.models import Invitation, Membership
from sipinter.foundation.accounts.services.invitations import revoke_invitation, send_invitation
from sipinter.foundation.audit.models import Refusal
from sipinter.foundation.work.worker import drain_queue

from ... import factories
from ...factories import actor, client_for

TEAM = reverse("accounts:team")
INVITE = reverse("accounts:invite")


@pytest.fixture
def invitation(cast):
    return send_invitation(
        cast.agency, email="putri@contoh.go.id", name="Putri Handayani", role="team", actor=actor(cast.owner)
    ).invitation


def text(response):
    return response.content.decode()


def test_the_keeper_sees_people_and_open_invitations(cast, invitation):
    page = text(client_for(cast.owner).get(TEAM))
    for expected in (
        cast.agency.name,
        "Rina Lestari",
        "Budi Santosa",
        "Putri Handayani",
        "putri@contoh.go.id",
    ):
        assert expected in page
    assert "Sari Utami" not in page
    assert page.count(reverse("accounts:resend", args=[invitation.pk])) == 1


def test_ended_roles_and_closed_invitations_are_not_listed(cast, invitation):
    factories.end(cast.team_mate.memberships.get())
    revoke_invitation(invitation, actor=actor(cast.owner))
    page = text(client_for(cast.owner).get(TEAM))
    assert "Budi Santosa" not in page
    assert "Putri Handayani" not in page


@pytest.mark.parametrize("who", ["team_mate", "outsider", "nobody"])
@pytest.mark.parametrize("address", [TEAM, INVITE])
def test_others_do_not(cast, who, address):
    person = getattr(cast, who)
    response = client_for(person).get(f"{address}?instansi={cast.agency.slug}")
    assert response.status_code == {"team_mate": 403, "outsider": 404, "nobody": 302}[who]
    assert "Rina Lestari" not in text(response)
    refused = list(Refusal.objects.filter(action="access.refused").values_list("agency", "actor", "target"))
    expected = [(cast.agency.pk, cast.outsider.pk, f"agency:{cast.agency.pk}")] if who == "outsider" else []
    assert refused == expected


def test_an_unknown_agency_is_not_found(cast):
    assert client_for(cast.owner).get(f"{TEAM}?instansi=tidak-ada").status_code == 404


def test_a_keeper_of_two_agencies_chooses(cast):
    factories.grant(cast.owner, "keeper", cast.other_agency)
    client = client_for(cast.owner)
    page = text(client.get(TEAM))
    assert f"?instansi={cast.agency.slug}" in page
    assert f"?instansi={cast.other_agency.slug}" in page
    other = text(client.get(f"{TEAM}?instansi={cast.other_agency.slug}"))
    assert "Sari Utami" in other
    assert "Budi Santosa" not in other


def test_the_administrator_finds_any_agency(cast):
    client = client_for(factories.make_user("Agus Wijaya", ("administrator", cast.supervisor)))
    assert "Melati" not in text(client.get(TEAM))
    found = text(client.get(f"{TEAM}?cari=kabupaten+melati"))
    assert f"?instansi={cast.agency.slug}" in found
    assert cast.other_agency.slug not in found
    assert "Rina Lestari" in text(client.get(f"{TEAM}?instansi={cast.agency.slug}"))
    assert client.get(INVITE)["Location"] == TEAM


def test_inviting_by_the_form(cast):
    client = client_for(cast.owner)
    address = f"{INVITE}?instansi={cast.agency.slug}"
    page = text(client.get(address))
    assert 'value="team"' in page
    assert 'value="verifier"' not in page
    form = {"email": "putri@contoh.go.id", "name": "Putri Handayani", "role": "team", "unit": "Bidang Mutasi"}
    form |= {"aspects": ["3", "5"], "indicators": "1.2, 5.1"}
    response = client.post(address, form)
    drain_queue()
    assert response["Location"] == f"{TEAM}?instansi={cast.agency.slug}"
    row = Invitation.objects.get()
    assert (row.scope, row.unit, row.invited_by) == (["1.2", "3", "5"], "Bidang Mutasi", cast.owner)
    assert [letter.to for letter in mail.outbox] == [["putri@contoh.go.id"]]
    assert "Invitation sent to putri@contoh.go.id." in text(client.get(TEAM))


def test_a_form_with_faults_keeps_what_was_typed(cast):
    form = {"email": "bukan", "name": "Putri Handayani", "role": "team", "indicators": "77.7"}
    response = client_for(cast.owner).post(f"{INVITE}?instansi={cast.agency.slug}", form)
    page = text(response)
    assert response.status_code == 422
    assert 'value="Putri Handayani"' in page
    assert "This is not an e-mail address." in page
    assert Invitation.objects.count() == 0


def test_a_role_that_was_not_offered_is_refused(cast):
    form = {"email": "putri@contoh.go.id", "name": "Putri", "role": "administrator"}
    assert client_for(cast.owner).post(f"{INVITE}?instansi={cast.agency.slug}", form).status_code == 422
    assert Invitation.objects.count() == 0


def test_inviting_into_a_foreign_agency_by_hand(cast):
    form = {"email": "putri@contoh.go.id", "name": "Putri", "role": "team"}
    assert client_for(cast.outsider).post(f"{INVITE}?instansi={cast.agency.slug}", form).status_code == 404
    assert Invitation.objects.count() == 0


def test_changing_what_somebody_fills_in(cast):
    membership = cast.team_mate.memberships.get()
    address = reverse("accounts:member", args=[membership.pk])
    client = client_for(cast.owner)
    assert client.get(address).status_code == 200
    assert client.post(address, {"aspects": ["2"], "indicators": "3.4"}).status_code == 302
    assert cast.team_mate.memberships.get().scope == ["2", "3.4"]
    page = text(client.get(address))
    assert page.count(" checked") == 1
    assert 'value="3.4"' in page
    wrong = client.post(address, {"indicators": "9.9"})
    assert (wrong.status_code, "9.9" in text(wrong)) == (422, True)


def test_ending_asks_first(cast):
    membership = cast.team_mate.memberships.get()
    address = reverse("accounts:end", args=[membership.pk])
    client = client_for(cast.owner)
    assert "Budi Santosa" in text(client.get(address))
    assert Membership.objects.get(pk=membership.pk).ended_at is None
    assert client.post(address).status_code == 302
    assert Membership.objects.get(pk=membership.pk).ended_at is not None
    assert client.post(address).status_code == 409


def test_sending_again_and_withdrawing(cast, invitation):
    client = client_for(cast.owner)
    assert client.get(reverse("accounts:revoke", args=[invitation.pk])).status_code == 405
    assert client.post(reverse("accounts:resend", args=[invitation.pk])).status_code == 302
    assert client.post(reverse("accounts:revoke", args=[invitation.pk])).status_code == 302
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None


@pytest.mark.parametrize("who", ["team_mate", "outsider", "nobody"])
@pytest.mark.parametrize("name", ["member", "end", "resend", "revoke"])
def test_others_reach_none_of_it(cast, invitation, who, name):
    membership = cast.owner.memberships.get()
    obj = membership if name in ("member", "end") else invitation
    client = client_for(getattr(cast, who))
    before = list(Membership.objects.values()) + list(Invitation.objects.values())
    response = client.post(reverse(f"accounts:{name}", args=[obj.pk]))
    assert response.status_code == (302 if who == "nobody" else 404)
    assert list(Membership.objects.values()) + list(Invitation.objects.values()) == before


def test_the_number_of_queries_does_not_grow_with_the_rows(cast, invitation, django_assert_num_queries):
    client = client_for(cast.owner)

    def fill(count):
        for n in range(count):
            factories.make_user(f"Anggota {n}", ("team", cast.agency, ["3"]))
            send_invitation(
                cast.agency, email=f"t{n}@contoh.go.id", name=f"T {n}", role="team", actor=actor(cast.owner)
            )

    client.get(TEAM)
    # session, user, roles, managed agencies, members, invitations, unread notifications
    with django_assert_num_queries(7):
        client.get(TEAM)
    fill(3)
    with django_assert_num_queries(7):
        client.get(TEAM)
