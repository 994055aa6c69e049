"""The workspace on a phone, and without scripts: answer, note, file, link, save and go on, check, send."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page

from sipinter.assessment.record.models import Answer, State
from tests.assessment.round import Round
from tests.factories import PASSWORD

from . import steps
from .conftest import NARROW, WIDE, axe, press, send, sideways, sign_in

WAYS = {
    "narrow": {"viewport": NARROW},
    "wide without scripts": {"viewport": WIDE, "java_script_enabled": False},
    "narrow without scripts": {"viewport": NARROW, "java_script_enabled": False},
}


@dataclass
class Desk:
    """One person's browser and, where it runs no scripts, a second one that axe can look with."""

    page: Page
    eyes: Page
    round: Round

    @property
    def scripts(self) -> bool:
        return self.page is self.eyes

    @property
    def path(self) -> str:
        return f"/penilaian/{self.round.assessment.pk}"

    def look(self, path: str = "") -> None:
        """The page fits its window, and axe finds nothing on it."""
        if path:
            self.page.goto(path)
        assert sideways(self.page) <= 0, self.page.url
        if not self.scripts:
            self.eyes.goto(self.page.url)
        axe(self.eyes)

    def tick(self, level: int) -> None:
        if self.scripts:
            steps.tick(self.page, level)
        else:
            for number in range(1, level + 1):
                self.page.check(f"#tick-{number}")

    def note(self, text: str) -> None:
        if self.scripts:
            steps.note(self.page, text)
        else:
            self.page.fill("#id_note", text)

    def answer(self, code: str) -> Answer:
        return self.round.answer(code)


@pytest.fixture(params=list(WAYS))
def desk(request: Any, visitor: Callable[..., Page]) -> Desk:
    """The account keeper, signed in, in the middle of an assessment."""
    way = WAYS[request.param]
    round_ = Round().start()
    page = visitor(**way)
    sign_in(page, round_.users["keeper"].email, PASSWORD)
    if way.get("java_script_enabled", True):
        return Desk(page, page, round_)
    eyes = visitor(viewport=way["viewport"])
    sign_in(eyes, round_.users["keeper"].email, PASSWORD)
    return Desk(page, eyes, round_)


def test_an_agency_fills_in_and_sends(desk: Desk) -> None:
    page = desk.page
    desk.look("/beranda/")
    press(page, f'main h2 a[href="{desk.path}/"]')
    assert page.url.endswith(f"{desk.path}/1.1/")
    _find_in_the_list(desk, "3.4")
    desk.look()
    _answer(desk)
    _go_through_the_last(desk)
    desk.look(f"{desk.path}/kelengkapan/")
    assert page.locator(f'.ws-lack a[href="{desk.path}/1.1/"]').count() == 1
    steps.fill_rest(desk.round.assessment, desk.round.who("keeper"))
    desk.look(f"{desk.path}/kelengkapan/")
    send(page, "kirim")
    desk.look()
    assert desk.round.fresh().state == State.IN_REVIEW


def _find_in_the_list(desk: Desk, code: str) -> None:
    """By the list of aspects, which is a drop-down on a narrow screen."""
    page = desk.page
    if page.viewport_size == NARROW:
        assert not page.locator(".ws-side").is_visible()
        page.click(".ws-menu > summary")
    entry = page.locator(f'.ws-side a[href="{desk.path}/{code}/"]')
    if not entry.is_visible():
        page.locator(f'.ws-aspect:has(a[href="{desk.path}/{code}/"]) > summary').click()
    press(page, entry)


def _answer(desk: Desk) -> None:
    """Ticks, note, file and link at 3.4; the score is in view wherever one stands on the page."""
    page = desk.page
    desk.tick(3)
    desk.note("Rencana suksesi sudah ditetapkan.")
    steps.upload(page, steps.paper())
    desk.look()
    assert page.locator("#id_note").input_value() == "Rencana suksesi sudah ditetapkan."
    assert [page.is_checked(f"#tick-{n}") for n in (1, 2, 3, 4)] == [True, True, True, False]
    page.click(".ws-link > summary")
    page.fill(".ws-link input[name=link]", "https://contoh.go.id/rencana-suksesi")
    press(page, ".ws-link button[type=submit]")
    assert page.locator("#evidence .file").count() == 2
    page.locator(".ws-actions button[value=next]").scroll_into_view_if_needed()
    assert _is_in_view(page, "#score .figure")
    answer = desk.answer("3.4")
    assert (answer.claimed_level, answer.note) == (3, "Rencana suksesi sudah ditetapkan.")
    steps.do(page, "next")
    assert page.url.endswith(f"{desk.path}/3.5/")


def _is_in_view(page: Page, selector: str) -> bool:
    box = page.locator(selector).bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


def _go_through_the_last(desk: Desk) -> None:
    """Save and continue at the last indicator leads to the completeness check."""
    page = desk.page
    page.goto(f"{desk.path}/{steps.instrument_codes(desk.round.assessment)[-1]}/")
    desk.tick(1)
    steps.do(page, "next")
    assert page.url.endswith(f"{desk.path}/kelengkapan/")


def test_a_refused_file_takes_nothing_along(desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.path}/1.1/")
    desk.tick(2)
    desk.note("Tetap tersimpan.")
    program = {"name": "daftar.pdf", "mimeType": "application/pdf", "buffer": b"MZ" + b"\0" * 400}
    steps.upload(page, program, steps.paper("Rencana Kebutuhan"))
    assert "daftar.pdf" in page.locator(".note-error, .ws-sent[data-state=refused]").inner_text()
    assert page.locator("#evidence .file-name").all_inner_texts() == ["Rencana Kebutuhan.pdf"]
    answer = desk.answer("1.1")
    assert (answer.claimed_level, answer.note) == (2, "Tetap tersimpan.")
    axe(desk.eyes)
