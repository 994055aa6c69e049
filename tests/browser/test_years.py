"""From one year to the next in the browser: the library, a newer version, starting from last year."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sipinter.assessment.selfassessment.services.answers import upload_evidence
from tests.assessment.round import Round, pdf
from tests.assessment.years import answer_of, end, following
from tests.factories import PASSWORD

from .conftest import NARROW, WIDE, axe, picture, press, sign_in
from .steps import paper


@pytest.mark.parametrize(
    ("size", "scripts"), [(WIDE, True), (NARROW, False)], ids=["1280-scripts", "390-plain"]
)
def test_last_year_is_taken_over_and_a_newer_version_takes_its_place(
    visitor: Callable[..., Page], db: None, size: dict[str, int], scripts: bool, live_server: Any
) -> None:
    last_year = Round().start()
    keeper = last_year.who("keeper")
    last_year.claim("1.1", 3, note="Peta jabatan ditetapkan untuk semua unit.")
    upload_evidence(last_year.assessment, "1.1", pdf("peta"), title="SK Peta Jabatan", actor=keeper)
    end(last_year)
    now = following(last_year)

    page = visitor(viewport=size, java_script_enabled=scripts)
    sign_in(page, last_year.users["keeper"].email, PASSWORD)
    page.goto(f"/penilaian/{now.pk}/ringkasan/")
    press(page, 'main a[href$="/tahun-lalu/"]')
    if scripts:
        axe(page)
        picture(page, f"tahun-lalu-{size['width']}")
    page.check("#take-1-1")
    press(page, ".years-buttons .btn-primary")
    expect(page.locator(".messages")).to_contain_text("1 indikator telah diambil alih.")
    assert answer_of(now, "1.1").claimed_level == 3

    page.goto("/beranda/")
    press(page, 'main a[href="/pustaka/"]')
    page.fill("input[name=q]", "peta.pdf")
    press(page, ".filters button")
    if scripts:
        axe(page)
        picture(page, f"pustaka-bukti-{size['width']}")
    press(page, page.locator("table th a", has_text="SK Peta Jabatan"))
    page.fill("#id_valid_until", "2030-12-31")
    press(page, 'form[action$="/ubah/"] button')
    expect(page.locator(".facts")).to_contain_text("31 Desember 2030")
    page.set_input_files("#id_new-file", paper("SK Peta Jabatan 2"))
    page.fill("#id_new-title", "SK Peta Jabatan 2")
    press(page, 'form[action$="/ganti/"] button')
    expect(page.locator("h1")).to_have_text("SK Peta Jabatan 2")
    expect(page.locator(".shelf-versions li")).to_have_count(2)
    if scripts:
        axe(page)
        picture(page, f"dokumen-{size['width']}")
    held = [answer_of(now, "1.1"), last_year.answer("1.1")]
    assert [row.evidence.get().title for row in held] == ["SK Peta Jabatan 2", "SK Peta Jabatan"]
