"""The offline workbook in the browser: download, fill in, send back, choose."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.assessment.round import Round
from tests.assessment.selfassessment.workbook.book import with_level
from tests.factories import PASSWORD

from .conftest import NARROW, WIDE, axe, picture, press, sign_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def choose(page: Page, body: bytes) -> None:
    page.set_input_files("#id_workbook", {"name": "buku-kerja.xlsx", "mimeType": XLSX, "buffer": body})
    press(page, "main form[enctype] button[type=submit]")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_from_the_download_to_the_last_choice(
    visitor: Callable[..., Page], db: None, size: dict[str, int], scripts: bool, live_server: Any
) -> None:
    round_ = Round(agency_name="Pemerintah Kabupaten Melati").start()
    round_.claim("1.2", 1, note="Dokumen tahun lalu.")
    page = visitor(viewport=size, java_script_enabled=scripts)
    sign_in(page, round_.users["keeper"].email, PASSWORD)
    page.goto(f"/penilaian/{round_.assessment.pk}/ringkasan/")
    press(page, 'main ~ * a[href$="/buku-kerja/"], a[href$="/buku-kerja/"]')
    with page.expect_download() as started:
        page.click('a[href$="/buku-kerja/unduh/"]')
    body = Path(started.value.path()).read_bytes()
    if scripts:
        axe(page)
        picture(page, f"buku-kerja-{size['width']}")

    choose(page, with_level(body, "1.1", "tiga"))
    expect(page.locator(".ws-faults")).to_contain_text("Indikator, sel D3 (baris 3):")

    changed = with_level(with_level(body, "1.1", 3, "Diisi tanpa jaringan."), "1.2", 4, "Dokumen tahun ini.")
    round_.claim("1.2", 2, role="team", note="Dokumen tahun lalu, diperiksa.")
    choose(page, changed)
    expect(page.locator('[id="level-1.1-workbook"]')).to_be_checked()
    expect(page.locator('[id="level-1.2-workbook"]')).not_to_be_checked()
    if scripts:
        axe(page)
        picture(page, f"bandingkan-{size['width']}")
    page.check('[id="level-1.2-workbook"]')
    page.check('[id="note-1.2-both"]')
    press(page, ".wb-buttons button")
    assert page.url.endswith("/ringkasan/")
    assert round_.answer("1.1").note == "Diisi tanpa jaringan."
    answer = round_.answer("1.2")
    assert (answer.claimed_level, answer.note) == (
        4,
        "Dokumen tahun lalu, diperiksa.\n\nDokumen tahun ini.",
    )
