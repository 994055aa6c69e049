"""Two browsers at one indicator: each sees the other, and nothing is overwritten unseen."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.assessment.round import Round
from tests.factories import PASSWORD

from .conftest import NARROW, WIDE, axe, picture, press, sign_in
from .steps import note, tick

CODE = "3.4"


@pytest.fixture
def filling(db: None) -> Round:
    round_ = Round(agency_name="Pemerintah Kabupaten Melati").start()
    round_.claim(CODE, 1, note="SK Tim Merit nomor 12 terlampir.")
    return round_


def at_the_indicator(page: Page, round_: Round, role: str) -> Page:
    page.clock.install()
    sign_in(page, round_.users[role].email, PASSWORD)
    page.goto(f"/penilaian/{round_.assessment.pk}/{CODE}/")
    return page


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "390"])
def test_the_later_one_sees_what_changed_and_merges(
    visitor: Callable[..., Page], filling: Round, size: dict[str, int], live_server: Any
) -> None:
    first = at_the_indicator(visitor(viewport=size), filling, "keeper")
    second = at_the_indicator(visitor(viewport=size), filling, "team")
    expect(second.locator("#presence")).to_contain_text("keeper agensi juga membuka indikator ini.")

    tick(first, 3)
    note(first, "SK Tim Merit nomor 14 terlampir, halaman 3.")

    second.fill("#id_note", "SK Tim Merit nomor 12 terlampir. Notula rapat juga.")
    with second.expect_response(lambda r: r.url.endswith("/simpan/") and r.status == 409):
        second.locator("#id_note").blur()
    conflict = second.locator(".conflict")
    expect(conflict).to_contain_text("keeper agensi")
    expect(conflict.locator("mark").first).to_be_visible()
    expect(conflict.locator("#merge-ticks-theirs")).to_be_checked()
    expect(conflict.locator("#merge-note-mine")).not_to_be_checked()
    expect(second.locator("#id_note")).to_have_value("SK Tim Merit nomor 12 terlampir. Notula rapat juga.")
    axe(second)
    picture(second, f"gabung-{size['width']}")
    assert filling.answer(CODE).note == "SK Tim Merit nomor 14 terlampir, halaman 3."

    second.check("#merge-note-both")
    press(second, "button[name=merge]")
    answer = filling.answer(CODE)
    assert answer.ticks == [1, 2, 3]
    assert answer.note == (
        "SK Tim Merit nomor 14 terlampir, halaman 3.\n\nSK Tim Merit nomor 12 terlampir. Notula rapat juga."
    )
    assert second.locator(".conflict").count() == 0

    first.clock.fast_forward(21_000)  # the page asks every 20 seconds
    expect(first.locator("#presence")).to_contain_text("team agensi menyimpan versi yang lebih baru")
    axe(first)
    picture(first, f"hadir-{size['width']}")


def test_without_scripts_the_page_merges_too(visitor: Callable[..., Page], filling: Round) -> None:
    page = at_the_indicator(visitor(java_script_enabled=False), filling, "team")
    filling.claim(CODE, 2, note="SK Tim Merit nomor 14 terlampir.")
    page.fill("#id_note", "Tulisan saya.")
    page.click(".ws-actions button[value=stay]")
    page.check("#merge-note-mine")
    page.click("button[name=merge]")
    answer = filling.answer(CODE)
    assert (answer.ticks, answer.note) == ([1, 2], "Tulisan saya.")
