"""Sensitive acts ask again who one is when the last proof is old; what was typed is kept."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from sipinter.foundation.accounts.models import Invitation
from tests import factories
from tests.assessment.round import Round
from tests.conftest import Cast
from tests.factories import PASSWORD, client_for

FORM = {"email": "baru@contoh.go.id", "name": "Dewi Anggraini", "role": "administrator"}


def grow_old(client: Client) -> Client:
    """The last proof of identity is an hour back."""
    session = client.session
    for done in (methods := session["account_authentication_methods"]):
        done["at"] -= 3600
    session["account_authentication_methods"] = methods
    session.save()
    return client


@pytest.fixture
def administrator(cast: Cast) -> Client:
    person = factories.make_user("Agus Wibowo", ("administrator", cast.supervisor))
    return client_for(person, second_factor=True)


def invite_page(cast: Cast) -> str:
    return f"{reverse('accounts:invite')}?instansi={cast.supervisor.slug}"


def test_inviting_an_administrator_asks_again_and_keeps_the_form(cast: Cast, administrator: Client) -> None:
    page = invite_page(cast)
    grow_old(administrator)
    asked = administrator.post(page, FORM, headers={"referer": f"http://testserver{page}"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert not Invitation.objects.exists()
    back = administrator.post(asked["Location"], {"password": PASSWORD})
    assert back["Location"] == page
    assert 'value="baru@contoh.go.id"' in administrator.get(page).content.decode()
    assert administrator.post(page, FORM).status_code == 302
    assert Invitation.objects.get().email == "baru@contoh.go.id"


def test_a_wrong_password_confirms_nothing(cast: Cast, administrator: Client) -> None:
    grow_old(administrator)
    asked = administrator.post(invite_page(cast), FORM)
    assert administrator.post(asked["Location"], {"password": "salah-sekali-ya"}).status_code == 200
    assert administrator.post(invite_page(cast), FORM).status_code == 302
    assert not Invitation.objects.exists()


def test_other_invitations_and_a_fresh_sign_in_ask_nothing(cast: Cast, administrator: Client) -> None:
    administrator.post(invite_page(cast), FORM)
    assert Invitation.objects.count() == 1
    grow_old(administrator)
    administrator.post(invite_page(cast), FORM | {"role": "verifier", "email": "lain@contoh.go.id"})
    assert Invitation.objects.count() == 2


def test_too_much_text_is_not_kept_and_the_page_says_so(cast: Cast, administrator: Client) -> None:
    grow_old(administrator)
    refused = administrator.post(invite_page(cast), FORM | {"unit": "x" * 70_000})
    assert refused.status_code == 403
    assert "too long to be kept" in refused.content.decode()


@pytest.mark.parametrize("step", ["decide", "publish"])
def test_deciding_and_publishing_ask_again(step: str, db: None, settings: Any) -> None:
    round_ = Round().plenary()
    client = grow_old(client_for(round_.users["plenary"], second_factor=True))
    item = reverse("decisions:plenary_item", args=[round_.assessment.pk])
    address = (
        item if step == "decide" else reverse("decisions:plenary_step", args=[round_.assessment.pk, step])
    )
    state = round_.fresh().state
    response = client.post(address, {"act": "decide", "confirm": "1"})
    assert response["Location"].startswith(reverse("account_reauthenticate"))
    assert round_.fresh().state == state


def test_second_factors_and_addresses_ask_again(cast: Cast) -> None:
    client = grow_old(client_for(cast.owner))
    for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        assert client.get(reverse(name))["Location"].startswith(reverse("account_reauthenticate")), name


def test_a_mailed_code_is_no_proof(cast: Cast, mailoutbox: list[Any]) -> None:
    """Whoever reads the mailbox can have the password set anew already; sensitive acts ask for more."""
    client = grow_old(client_for(cast.owner))
    for name in ("account_request_reauthentication_code", "account_confirm_reauthentication_code"):
        for send in (client.get, client.post):
            assert send(reverse(name)).status_code in (302, 403)
    assert not mailoutbox
