"""Passkeys in a real Chromium, with the virtual authenticator that its debugging protocol offers."""

from typing import Any

from allauth.mfa.models import Authenticator
from playwright.sync_api import Page

from sipinter.foundation.accounts.services.enrolment import issue_enrolment_code
from sipinter.foundation.audit.models import Event
from tests.factories import PASSWORD, actor, make_agency, make_user

from .conftest import NARROW, WIDE, axe, press, sign_in, sign_out_of

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_key(page: Page, **features: Any) -> Any:
    """A device that answers at once, as one with a fingerprint reader would; the protocol's session."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | features})
    return session


def confirm(page: Page) -> None:
    """The password once more, where a page asks for it."""
    page.fill("main input[name=password]", PASSWORD)
    press(page, "main form button[type=submit]")


def add_key(page: Page, name: str, *, alone: bool = True) -> None:
    """From one's account to the new passkey and its recovery codes."""
    page.goto("/akun/2fa/webauthn/add/")
    if "/reauthenticate/" in page.url:
        confirm(page)
    axe(page)
    page.fill("input[name=name]", name)
    page.set_checked("input[name=passwordless]", alone)
    press(page, "[data-passkey-ask]")


def test_a_passkey_from_its_birth_to_its_end(visitor: Any) -> None:
    """Registered, named, used alone and as the second step, renamed, and removed."""
    person = make_user("Rina Lestari", ("keeper", make_agency()))
    page = visitor()
    give_key(page)
    sign_in(page, person.email, PASSWORD)
    add_key(page, "Laptop kantor")
    assert "/recovery-codes/" in page.url
    page.goto("/akun/2fa/webauthn/")
    assert "Laptop kantor" in page.inner_text("main")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        axe(page)

    sign_out_of(page)
    page.goto("/akun/login/?next=/akun/sesi/")
    axe(page)
    press(page, "[data-passkey=sign-in] [data-passkey-ask]")
    assert page.url.endswith("/akun/sesi/")
    axe(page)
    signed_in = Event.objects.filter(action="user.signed_in").latest("id")
    assert signed_in.changes == {"second_factor": [None, True]}

    sign_out_of(page)
    sign_in(page, person.email, PASSWORD)
    assert page.url.endswith("/akun/2fa/authenticate/")
    axe(page)
    press(page, "[data-passkey=use] [data-passkey-ask]")
    assert page.locator(".account-name").inner_text() == "Rina Lestari"

    page.goto("/akun/2fa/webauthn/reauthenticate/?next=/akun/sesi/")
    axe(page)
    press(page, "[data-passkey=use] [data-passkey-ask]")
    assert page.url.endswith("/akun/sesi/")

    key = Authenticator.objects.get(type="webauthn")
    page.goto(f"/akun/2fa/webauthn/keys/{key.pk}/edit/")
    if "/reauthenticate/" in page.url:
        confirm(page)
    axe(page)
    page.fill("input[name=name]", "Laptop rumah")
    press(page, "main form button[type=submit]")
    assert "Laptop rumah" in page.inner_text("main")
    page.goto(f"/akun/2fa/webauthn/keys/{key.pk}/remove/")
    axe(page)
    press(page, "main form button[type=submit]")
    assert not Authenticator.objects.exists()
    kinds = Event.objects.filter(action__startswith="user.second_factor_o").values_list("action", flat=True)
    assert list(kinds.order_by("id")) == ["user.second_factor_on"] * 2 + ["user.second_factor_off"] * 2


def test_a_passkey_opens_the_desk_where_the_role_demands_a_second_factor(visitor: Any, settings: Any) -> None:
    """From being told what is missing, by a passkey instead of an app, to the page that was wanted."""
    settings.MFA_REQUIRED_ROLES = ["verifier"]
    person = make_user("Nur Aini", ("verifier", make_agency("Badan Pengawas Contoh", "lpnk")))
    page = visitor()
    give_key(page)
    sign_in(page, person.email, PASSWORD)
    axe(page)
    other = make_user("Agus Wijaya", ("administrator", person.memberships.get().agency))
    code = issue_enrolment_code(
        person.memberships.get(), proof="card", note="Agus Wijaya, hari ini", actor=actor(other)
    )
    page.fill("main input[name=code]", code)
    press(page, "main form[action$='/kode/'] button[type=submit]")
    axe(page)
    press(page, "main a[href$='/webauthn/add/']")
    confirm(page)
    press(page, "[data-passkey-ask]")
    page.goto("/desk/")
    axe(page)
    press(page, "main a[href*='/webauthn/reauthenticate/']")
    press(page, "[data-passkey=use] [data-passkey-ask]")
    assert page.url.endswith("/desk/")
    key = Authenticator.objects.get(type="webauthn")
    page.goto(f"/akun/2fa/webauthn/keys/{key.pk}/remove/")
    press(page, "main form button[type=submit]")
    assert Authenticator.objects.filter(pk=key.pk).exists()  # the last one stays


def test_a_key_that_does_not_know_its_user_is_the_second_step_only(visitor: Any) -> None:
    person = make_user("Budi Santosa", ("team", make_agency()))
    page = visitor()
    give_key(page, transport="usb", hasResidentKey=False, hasUserVerification=False, isUserVerified=False)
    sign_in(page, person.email, PASSWORD)
    add_key(page, "Kunci USB", alone=False)
    sign_out_of(page)
    page.goto("/akun/login/")
    page.click("[data-passkey=sign-in] [data-passkey-ask]")
    page.wait_for_selector("[data-passkey-refused]:visible")
    axe(page)
    sign_in(page, person.email, PASSWORD)
    press(page, "[data-passkey=use] [data-passkey-ask]")
    assert page.locator(".account-name").inner_text() == "Budi Santosa"


def test_somebody_elses_passkey_opens_nothing(visitor: Any) -> None:
    """The second step of one person, answered by a device that holds the key of another."""
    agency = make_agency()
    rina, budi = make_user("Rina Lestari", ("keeper", agency)), make_user("Budi Santosa", ("team", agency))
    page = visitor()
    give_key(page)
    sign_in(page, rina.email, PASSWORD)
    add_key(page, "Milik Rina", alone=False)
    other = visitor()
    give_key(other)
    sign_in(other, budi.email, PASSWORD)
    add_key(other, "Milik Budi", alone=False)
    sign_out_of(other)
    sign_in(other, rina.email, PASSWORD)
    other.click("[data-passkey=use] [data-passkey-ask]")
    other.wait_for_selector("[data-passkey-refused]:visible")
    other.goto("/akun/")
    assert "/akun/2fa/authenticate/" in other.url  # still before the second step


def test_the_browser_keeps_nothing(visitor: Any) -> None:
    """No storage but cookies, and these hold keys that scripts cannot read."""
    page = visitor()
    sign_in(page, make_user("Rina Lestari", ("keeper", make_agency())).email, PASSWORD)
    page.goto("/beranda/")
    page.goto("/tim/")
    assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    assert set(page.evaluate("Object.keys(sessionStorage)")) <= {"htmx-current-path-for-history"}
    assert page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert "Rina" not in str(page.context.cookies())


def test_without_scripts_the_page_says_what_passkeys_need(visitor: Any) -> None:
    page = visitor(java_script_enabled=False)
    page.goto("/akun/login/")
    assert page.locator("[data-passkey-unable]").is_visible()
    assert not page.locator("[data-passkey-ask]").is_visible()
