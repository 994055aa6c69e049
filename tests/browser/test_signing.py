"""A publication by two and an official's signature, without JavaScript, looked at by axe."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from deploy.esign import NIK, PASSPHRASE, PASSWORD, USER, signing_service
from sipinter.foundation.work.worker import drain_queue
from tests.assessment.round import Round
from tests.factories import PASSWORD as SIGN_IN

from .conftest import findings, look, press, send, sign_in


@pytest.fixture
def round_(live_server: Any, settings: Any) -> Round:
    settings.PUBLICATION_BY_TWO = True
    return Round().decide(4)


def signed_in(visitor: Any, round_: Round, role: str, **options: Any) -> Page:
    page: Page = visitor(**options)
    sign_in(page, round_.users[role].email, SIGN_IN)
    page.goto(f"/pleno/{round_.assessment.pk}/")
    return page


def test_one_asks_another_confirms_and_the_official_signs(
    visitor: Any, round_: Round, settings: Any, tmp_path: Path
) -> None:
    plain = {"java_script_enabled": False}
    with signing_service() as service:
        settings.SIGNING_REMOTE_URL = service.url
        settings.SIGNING_REMOTE_USER, settings.SIGNING_REMOTE_PASSWORD = USER, PASSWORD
        settings.SIGNING_TRUSTED = tmp_path / "trusted"
        service.trust(settings.SIGNING_TRUSTED)
        send(signed_in(visitor, round_, "plenary", **plain), "publish")
        looking = signed_in(visitor, round_, "plenary")
        look(looking, "publikasi-menunggu-orang-kedua")
        send(signed_in(visitor, round_, "administrator", **plain), "publish")
        drain_queue()
        official = signed_in(visitor, round_, "plenary", **plain)
        press(official, 'main a[href$="/tanda-tangan/"]')
        official.fill("#id_identity_number", NIK)
        official.fill("#id_passphrase", "salah")
        press(official, "main form button[type=submit]")
        assert official.input_value("#id_passphrase") == ""
        official.fill("#id_passphrase", PASSPHRASE)
        looking.goto(f"/pleno/{round_.assessment.pk}/tanda-tangan/")
        look(looking, "tanda-tangan")
        looking.set_viewport_size({"width": 320, "height": 800})
        main = looking.locator("main").bounding_box()
        assert main is not None
        assert main["width"] <= 320
        assert looking.evaluate("(m => m.scrollWidth - m.clientWidth)(document.querySelector('main'))") == 0
        assert findings(looking) == []
        press(official, "main form button[type=submit]")
        drain_queue()
        assert round_.fresh().state == "published"
