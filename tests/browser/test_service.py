"""Signing in by a service in a real Chromium: the content security policy lets the button lead there."""

from pathlib import Path
from typing import Any

from deploy.oidc import service
from sipinter.site.config.oidc import issuer_origins, oidc_providers
from tests.factories import make_agency, make_user

from .conftest import NARROW, axe, press


def test_from_the_button_to_the_wanted_page_and_a_stranger_to_a_sentence(
    visitor: Any, settings: Any, tmp_path: Path
) -> None:
    person = make_user("Rina Lestari", ("keeper", make_agency()))
    with service(tmp_path) as sso:
        settings.SOCIALACCOUNT_PROVIDERS = oidc_providers(
            sso.issuer, client_id="sipinter", secret="rahasia-klien", name="SSO Contoh"
        )
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        policy = policy | {"form-action": [*policy["form-action"], *issuer_origins(sso.issuer)]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
        sso.person("pegawai", email=person.email, email_verified=True)
        sso.person("orang-asing", email="asing@contoh.go.id", email_verified=True)

        page = visitor()
        page.goto("/akun/login/?next=/tim/")
        axe(page)
        press(page, "form[action*='/akun/oidc/'] button")
        page.fill("input[name=sub]", "pegawai")
        press(page, page.get_by_text("Authorize", exact=True))
        assert page.url.endswith("/tim/")
        assert page.locator(".account-name").inner_text() == "Rina Lestari"

        stranger = visitor(viewport=NARROW)
        stranger.goto("/akun/login/")
        axe(stranger)
        press(stranger, "form[action*='/akun/oidc/'] button")
        stranger.fill("input[name=sub]", "orang-asing")
        press(stranger, stranger.get_by_text("Authorize", exact=True))
        assert stranger.locator("h1").is_visible()
        assert stranger.locator(".account-name").count() == 0
        axe(stranger)
