"""The desk by keyboard alone: verdicts, moving on, what is typed, and switching the keys off."""

from typing import Any

import pytest
from playwright.sync_api import Page

from sipinter.assessment.record.models import Verdict
from tests.assessment.desk_round import taken_up
from tests.assessment.round import Round
from tests.factories import PASSWORD

from .conftest import NARROW, axe, sign_in
from .steps import draw_until


@pytest.fixture
def round_(live_server: Any) -> Round:
    return taken_up()


def open_desk(visitor: Any, round_: Round, code: str = "1.1", **options: Any) -> Page:
    page: Page = visitor(**options)
    sign_in(page, round_.users["verifier"].email, PASSWORD)
    page.goto(f"/desk/{round_.assessment.pk}/{code}/")
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.name || document.activeElement.tagName"))


def test_a_level_is_changed_by_keys_alone(visitor: Any, round_: Round) -> None:
    page = open_desk(visitor, round_)
    page.keyboard.press("u")
    assert focused(page) == "level"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert focused(page) == "reason"
    page.keyboard.press("Control+Enter")
    assert page.inner_text("[data-wanted-here]") != ""
    assert focused(page) == "reason"
    page.keyboard.type("Baru rancangan: tanpa ajudan.")  # letters that are keys elsewhere
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/1.2/?after=1.1")
    answer = round_.answer("1.1")
    assert (answer.verdict, answer.verified_level) == (Verdict.CHANGE, 2)
    assert answer.reason == "Baru rancangan: tanpa ajudan."


def test_a_digit_chooses_the_level_and_what_is_typed_too_soon_accepts_nothing(
    visitor: Any, round_: Round
) -> None:
    page = open_desk(visitor, round_)
    page.keyboard.press("u")
    page.keyboard.type("Tanpa ajudan.")  # typed while the level is still being chosen
    assert focused(page) == "level"
    assert page.url.endswith("/1.1/")
    assert round_.answer("1.1").verdict == Verdict.NONE
    page.keyboard.press("2")
    assert focused(page) == "reason"
    page.keyboard.type("Tanpa ajudan.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/1.2/?after=1.1")
    answer = round_.answer("1.1")
    assert (answer.verdict, answer.verified_level, answer.reason) == (Verdict.CHANGE, 2, "Tanpa ajudan.")


def test_asking_back_and_accepting(visitor: Any, round_: Round) -> None:
    page = open_desk(visitor, round_)
    page.keyboard.press("t")
    page.keyboard.type("Mohon naskah.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/1.2/?after=1.1")
    page.keyboard.press("a")
    page.wait_for_url("**/1.3/?after=1.2")
    assert (round_.answer("1.1").verdict, round_.answer("1.2").verdict) == (Verdict.ASK, Verdict.ACCEPT)


def test_moving_on_keeps_what_was_typed(visitor: Any, round_: Round) -> None:
    page = open_desk(visitor, round_)
    page.fill("#id_reason", "Belum selesai menulis.")
    page.locator("#id_reason").blur()
    for key, code in (("j", "1.2"), ("j", "1.3"), ("k", "1.2"), ("k", "1.1")):
        page.keyboard.press(key)
        page.wait_for_url(f"**/{code}/")
    assert page.input_value("#id_reason") == "Belum selesai menulis."
    assert round_.answer("1.1").verdict == Verdict.NONE


def test_the_keys_can_be_switched_off(visitor: Any, round_: Round) -> None:
    page = open_desk(visitor, round_)
    page.click("[data-keys] summary")
    page.uncheck("[name=keys_on]")
    axe(page)
    page.reload()
    page.keyboard.press("a")
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    assert page.url.endswith("/1.1/")
    assert round_.answer("1.1").verdict == Verdict.NONE


def test_the_evidence_opens_beside_the_case(visitor: Any, round_: Round) -> None:
    page = open_desk(visitor, round_)
    draw_until(page, "#preview .evidence-page img")
    assert page.locator("[data-preview][aria-current]").count() == 1
    axe(page)


def test_on_a_phone_evidence_waits_until_it_is_chosen(visitor: Any, round_: Round) -> None:
    page = open_desk(visitor, round_, viewport=NARROW)
    assert page.locator("#preview img").count() == 0
    page.click("[data-preview]")
    draw_until(page, "#preview .evidence-page img")
    axe(page)
