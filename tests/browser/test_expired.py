"""What was typed is not lost: a sign-in that runs out, two people at once, a button pressed twice."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error, Page, expect

from sipinter.assessment.record.models import Decision, State
from sipinter.foundation.audit.models import Event
from tests.assessment.round import Round
from tests.factories import PASSWORD, make_user

from . import steps
from .conftest import axe, press, sign_in

TYPED = "Kalimat panjang yang saya ketik selama sepuluh menit."
BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def open_browser(visitor: Callable[..., Page], user: Any, *, scripts: bool = True) -> Page:
    """A browser in which `user` is signed in."""
    page = visitor(java_script_enabled=scripts)
    sign_in(page, user.email, PASSWORD)
    return page


def sign_in_again(page: Page, user: Any) -> None:
    """On the sign-in page that the visitor was led to."""
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", PASSWORD)
    press(page, "main button[type=submit]")


def tick(page: Page, level: int) -> None:
    """Every criterion up to `level`, with or without the script that ticks those below."""
    for number in range(1, level + 1):
        page.check(f"#tick-{number}")


def test_workspace_keeps_what_was_typed_when_the_sign_in_runs_out(visitor: Any) -> None:
    """The save in the background is refused: the text stays in the form, and after signing in again too."""
    round_ = Round().start()
    keeper = round_.users["keeper"]
    page = open_browser(visitor, keeper)
    page.goto(f"/penilaian/{round_.assessment.pk}/1.1/")
    Session.objects.all().delete()
    page.fill("#id_note", TYPED)
    page.locator("#id_note").blur()
    page.wait_for_selector("#signed-out, #answer-notice .note")
    assert page.input_value("#id_note") == TYPED
    axe(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    press(page, page.get_by_role("main").locator('a[href^="/akun/login/"]').first)
    assert asked == []  # no "leave this page?": what was typed is kept
    sign_in_again(page, keeper)
    assert page.url.endswith("/1.1/")
    assert page.input_value("#id_note") == TYPED
    assert round_.answer("1.1").note == ""
    axe(page)
    steps.do(page, "stay")
    assert round_.answer("1.1").note == TYPED


@BOTH
def test_workspace_keeps_what_was_sent_after_the_sign_in_ran_out(visitor: Any, scripts: bool) -> None:
    """A form sent in vain leads to the sign-in page and back, with ticks, note and message as typed."""
    round_ = Round().verification()
    round_.judge("1.1", "ask", reason="Mohon dilengkapi.")
    steps.return_to_agency(round_)
    keeper = round_.users["keeper"]
    page = open_browser(visitor, keeper, scripts=scripts)
    page.goto(f"/penilaian/{round_.assessment.pk}/1.1/")
    page.fill("textarea[name=body]", TYPED)
    Session.objects.all().delete()
    press(page, "#thread button[type=submit]")
    assert "/akun/login/" in page.url
    sign_in_again(page, keeper)
    assert page.url.endswith("/1.1/")
    assert page.input_value("textarea[name=body]") == TYPED
    press(page, "#thread button[type=submit]")
    assert TYPED in page.locator(".ws-thread").inner_text()


def test_ticks_and_note_survive_without_scripts(visitor: Any) -> None:
    round_ = Round().start()
    page = open_browser(visitor, round_.users["team"], scripts=False)
    page.goto(f"/penilaian/{round_.assessment.pk}/1.1/")
    tick(page, 2)
    page.fill("#id_note", TYPED)
    Session.objects.all().delete()
    steps.do(page, "next")
    sign_in_again(page, round_.users["team"])
    assert [page.is_checked(f"#tick-{n}") for n in (1, 2, 3)] == [True, True, False]
    assert page.input_value("#id_note") == TYPED
    steps.do(page, "next")
    answer = round_.answer("1.1")
    assert (answer.claimed_level, answer.note) == (2, TYPED)


@BOTH
def test_desk_and_plenary_keep_what_was_typed(visitor: Any, scripts: bool) -> None:
    round_ = Round().verification()
    verifier, plenary = round_.users["verifier"], round_.users["plenary"]
    page = open_browser(visitor, verifier, scripts=scripts)
    page.goto(f"/desk/{round_.assessment.pk}/1.1/")
    page.check("input[name=level][value='2']")
    page.fill("textarea[name=reason]", TYPED)
    Session.objects.all().delete()
    press(page, "button[name=verdict][value=change]")
    sign_in_again(page, verifier)
    assert page.input_value("textarea[name=reason]") == TYPED
    assert page.is_checked("input[name=level][value='2']")
    press(page, "button[name=verdict][value=change]")
    assert round_.answer("1.1").reason == TYPED
    steps.bring_to_plenary(round_)
    page = open_browser(visitor, plenary, scripts=scripts)
    page.goto(f"/pleno/{round_.assessment.pk}/")
    page.fill("textarea[name=remark]", TYPED)
    Session.objects.all().delete()
    press(page, "button[form=decision]")
    sign_in_again(page, plenary)
    assert page.input_value("textarea[name=remark]") == TYPED


@pytest.mark.parametrize("choice", ["mine", "theirs"])
@BOTH
def test_two_colleagues_on_one_indicator(visitor: Any, scripts: bool, choice: str) -> None:
    """The second to save sees both versions and chooses; until then the first one's stands."""
    round_ = Round().start()
    first = open_browser(visitor, round_.users["keeper"], scripts=scripts)
    second = open_browser(visitor, round_.users["team"], scripts=scripts)
    for page in (first, second):
        page.goto(f"/penilaian/{round_.assessment.pk}/1.1/")
    _write(first, "Tulisan pertama.", scripts)
    _write(second, "Tulisan kedua.", scripts)
    conflict = second.locator(".conflict")
    conflict.wait_for()
    sides = second.locator(".conflict-side").all_inner_texts()
    assert ["Tulisan kedua." in sides[0], "Tulisan pertama." in sides[1]] == [True, True]
    assert round_.answer("1.1").note == "Tulisan pertama."
    if scripts:
        axe(second)
    press(second, ".conflict button[name=override]" if choice == "mine" else ".conflict a[data-discard]")
    stands = {"mine": "Tulisan kedua.", "theirs": "Tulisan pertama."}[choice]
    assert second.input_value("#id_note") == stands
    assert round_.answer("1.1").note == stands


def _write(page: Page, text: str, scripts: bool) -> None:
    """Type a note and save it, in the background or by the button."""
    page.fill("#id_note", text)
    if scripts:
        with page.expect_response(lambda answer: answer.url.endswith("/simpan/")):
            page.locator("#id_note").blur()
    else:
        steps.do(page, "stay")


def test_one_person_in_two_tabs(visitor: Any) -> None:
    round_ = Round().start()
    page = open_browser(visitor, round_.users["keeper"])
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"/penilaian/{round_.assessment.pk}/1.1/")
    steps.tick(page, 1)
    other.fill("#id_note", TYPED)
    other.locator("#id_note").blur()
    other.locator(".conflict").wait_for()
    assert TYPED in other.locator(".conflict-side").first.inner_text()
    answer = round_.answer("1.1")
    assert (answer.claimed_level, answer.note) == (1, "")


@BOTH
def test_two_verdicts_on_one_indicator(visitor: Any, scripts: bool) -> None:
    """The verifier in two tabs: the later verdict is not taken, and its reason stays in the form."""
    round_ = Round().verification()
    page = open_browser(visitor, round_.users["verifier"], scripts=scripts)
    page.goto(f"/desk/{round_.assessment.pk}/1.1/")
    round_.judge("1.1", "ask", reason="Mohon dilengkapi.")
    page.check("input[name=level][value='2']")
    page.fill("textarea[name=reason]", TYPED)
    press(page, "button[name=verdict][value=change]")
    assert page.input_value("textarea[name=reason]") == TYPED
    assert round_.answer("1.1").verdict == "ask"
    if scripts:
        axe(page)


def events(action: str) -> int:
    return Event.objects.filter(action=action).count()


def press_twice(page: Page, what: str) -> None:
    """A double click; without scripts the second sending cuts the first one's answer short."""
    with suppress(Error), page.expect_navigation():
        page.dblclick(what)
    expect(page.locator(what)).to_have_count(0)
    page.locator("h1").wait_for()


@BOTH
def test_submitting_twice_submits_once(visitor: Any, scripts: bool) -> None:
    round_ = Round().fill()
    steps.approve(round_)
    page = open_browser(visitor, round_.users["pyb"], scripts=scripts)
    page.goto(f"/penilaian/{round_.assessment.pk}/reviu/")
    press_twice(page, 'form[action$="/ajukan/"] button[type=submit]')
    assert (round_.fresh().state, events("assessment.submit")) == (State.SUBMITTED, 1)


@BOTH
def test_deciding_twice_decides_once(visitor: Any, scripts: bool) -> None:
    round_ = Round().plenary()
    page = open_browser(visitor, round_.users["plenary"], scripts=scripts)
    page.goto(f"/pleno/{round_.assessment.pk}/")
    press(page, "button[form=decision]")
    press_twice(page, "button[name=confirm]")
    assert (round_.fresh().state, Decision.objects.count()) == (State.DECIDED, 1)


def test_message_sent_twice_stands_once(visitor: Any) -> None:
    round_ = Round().verification()
    page = open_browser(visitor, round_.users["verifier"])
    page.goto(f"/desk/{round_.assessment.pk}/1.1/")
    page.click("#thread summary")
    page.fill("#thread textarea[name=body]", TYPED)
    with page.expect_navigation():
        page.dblclick("#thread button[type=submit]")
    page.locator("#thread .message").first.wait_for()
    assert round_.answer("1.1").messages.count() == 1


def test_deadline_passes_while_one_types(visitor: Any) -> None:
    """A save after the last day is refused, says so, and leaves what was typed in the form."""
    round_ = Round().start()
    page = open_browser(visitor, make_user("Sari Utami", ("team", round_.agency)))
    page.goto(f"/penilaian/{round_.assessment.pk}/1.1/")
    steps.close_filling(round_)
    page.fill("#id_note", TYPED)
    page.locator("#id_note").blur()
    page.locator("#answer-notice .note").wait_for()
    assert page.input_value("#id_note") == TYPED
    assert round_.answer("1.1").note == ""
    axe(page)
