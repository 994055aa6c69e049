"""The pages of people and accounts, as a browser shows them."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from sipinter.foundation.accounts.notify import notify
from sipinter.foundation.accounts.services.invitations import send_invitation

from .. import factories
from ..factories import PASSWORD, actor
from .conftest import NARROW, WIDE, axe, picture, sign_in


def look(page, name):
    """axe and the width, and a picture."""
    axe(page)
    picture(page, name)


@pytest.fixture
def invited(cast):
    """Path of an open invitation's link."""
    made = send_invitation(
        cast.agency,
        email="putri@contoh.go.id",
        name="Putri Handayani",
        role="team",
        scope=["3", "5.1"],
        unit="Bidang Mutasi",
        actor=actor(cast.owner),
    )
    return made.url.removeprefix("http://127.0.0.1:8000")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_every_page_is_fit_for_everybody(cast, invited, visitor, size):
    name = f"{size['width']}"
    factories.grant(cast.owner, "keeper", cast.other_agency)
    send_invitation(
        cast.agency, email=cast.outsider.email, name="Sari Utami", role="pyb", actor=actor(cast.owner)
    )
    notify([cast.owner], "Penilaian dikembalikan", "Sub-aspek 3.4 perlu diperbaiki.", "/tim/", mail=False)
    member = cast.team_mate.memberships.get()
    page = visitor(viewport=size)
    page.goto(invited)
    look(page, f"accept-{name}")
    page.goto("/undangan/tidak-ada/")
    look(page, f"closed-{name}")
    sign_in(page, cast.owner.email, PASSWORD)
    for label, path in {
        "team": reverse("accounts:team"),
        "invite": reverse("accounts:invite"),
        "member": reverse("accounts:member", args=[member.pk]),
        "end": reverse("accounts:end", args=[member.pk]),
        "other": invited,
        "notifications": reverse("accounts:notifications"),
        "profile": reverse("accounts:profile"),
    }.items():
        page.goto(path)
        look(page, f"{label}-{name}")
    page.goto(reverse("accounts:invite"))
    page.click("main form button[type=submit] >> nth=-1")
    page.wait_for_load_state()
    look(page, f"invite-faults-{name}")


def test_the_administrator_and_the_second_factor(cast, visitor, settings):
    administrator = factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))
    page = visitor()
    sign_in(page, administrator.email, PASSWORD)
    page.goto(reverse("accounts:team") + "?cari=pemerintah")
    look(page, "find")
    settings.MFA_REQUIRED_ROLES = ["administrator"]
    page.goto(reverse("accounts:team"))
    assert reverse("accounts:second_factor") in page.url
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        look(page, f"second-factor-{size['width']}")


def test_a_code_for_the_second_factor_is_shown_once(cast, visitor, settings):
    administrator = factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))
    verifier = factories.make_user("Nur Aini", ("verifier", cast.supervisor))
    page = visitor()
    sign_in(page, administrator.email, PASSWORD)
    settings.MFA_REQUIRED_ROLES = ["verifier"]
    page.goto(reverse("accounts:lost_factor", args=[verifier.memberships.get().pk]))
    look(page, "code-wanted")
    page.check("main input[value=card]")
    page.fill("main input[name=note]", "Agus Wijaya, hari ini, kartu pegawai dilihat")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        look(page, f"code-{size['width']}")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_duties_that_exclude_one_another_and_a_confirmation(cast, visitor, size):
    name = f"{size['width']}"
    administrator = factories.make_user("Agus Wijaya", ("administrator", cast.supervisor))
    factories.grant(cast.owner, "pyb", cast.agency)
    waiting = send_invitation(
        cast.agency, email="sekda@contoh.go.id", name="Hendra Wibowo", role="ppk", actor=actor(cast.owner)
    ).invitation
    page = visitor(viewport=size)
    sign_in(page, administrator.email, PASSWORD)
    for label, path in {
        "find": reverse("accounts:team"),
        "team-duties": f"{reverse('accounts:team')}?instansi={cast.agency.slug}",
        "confirm": reverse("accounts:confirm", args=[waiting.pk]),
    }.items():
        page.goto(path)
        look(page, f"{label}-{name}")
    page.click("main button[name=confirm]")
    page.wait_for_load_state()
    waiting.refresh_from_db()
    assert waiting.confirmed_by == administrator


def test_an_invitation_from_the_link_to_the_first_page(cast, invited, visitor):
    page = visitor()
    page.goto(invited)
    page.fill("input[name=password]", PASSWORD)
    page.fill("input[name=again]", PASSWORD)
    page.click("main form button[type=submit] >> nth=-1")
    page.wait_for_load_state()
    assert page.locator(".account-name").inner_text() == "Putri Handayani"


def test_a_script_that_is_signed_out_tells_so_and_leaves_the_form_alone(cast, visitor):
    page = visitor()
    sign_in(page, cast.owner.email, PASSWORD)
    page.goto(reverse("accounts:invite"))
    page.fill("input[name=name]", "Putri Handayani")
    Session.objects.all().delete()
    for _ in range(2):
        with page.expect_response(lambda answer: answer.status == 401):
            page.evaluate("htmx.ajax('POST', location.pathname, {source: 'main form[novalidate]'})")
    page.wait_for_selector("#signed-out")
    assert page.locator("#signed-out").count() == 1
    assert page.input_value("input[name=name]") == "Putri Handayani"
    page.click("#signed-out a")
    page.fill("input[name=login]", cast.owner.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    assert page.input_value("input[name=name]") == "Putri Handayani"
