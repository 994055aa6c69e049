"""Fair verification in a real Chromium: an agency by keys alone, second readings, meetings; with axe."""

from typing import Any

import pytest
from playwright.sync_api import Page

from sipinter.assessment.decisions.services.objections import object_to_decision
from sipinter.assessment.record.models import Cycle, SecondReading, Verdict
from sipinter.assessment.verification.services.reason_library import keep_reason
from sipinter.assessment.verification.services.verdicts import finish_verification, sign_off
from tests.assessment.desk_round import beside, taken_up
from tests.assessment.round import Round
from tests.factories import PASSWORD, make_agency, make_user

from .conftest import look, press, send, sign_in


@pytest.fixture
def round_(live_server: Any) -> Round:
    round_ = Round()
    Cycle.objects.update(second_reading_share=10)
    taken_up(round_, "1.1", "1.2")
    round_.users["second"] = make_user("Pembaca Kedua", ("verifier", round_.desk))
    return round_


def signed_in(visitor: Any, round_: Round, role: str) -> Page:
    page: Page = visitor()
    sign_in(page, round_.users[role].email, PASSWORD)
    return page


def test_a_verifier_accepts_a_whole_agency_with_one_key_an_indicator(visitor: Any, round_: Round) -> None:
    page = signed_in(visitor, round_, "verifier")
    page.goto(f"/desk/{round_.assessment.pk}/1.1/")
    count = round_.assessment.answers.count()
    presses = 0
    while "/1.1/" in page.url or "after=" in page.url:
        presses += 1
        with page.expect_navigation():
            page.keyboard.press("a")
    assert count == 37
    assert presses <= 3 * count
    assert presses == count  # one key each: "next" is the next unjudged by itself
    assert set(round_.assessment.answers.values_list("verdict", flat=True)) == {Verdict.ACCEPT}
    assert page.url.endswith(f"/desk/{round_.assessment.pk}/")


def test_a_kept_reason_by_keys_alone(visitor: Any, round_: Round) -> None:
    words = "Dokumen belum ditetapkan pejabat yang berwenang."
    for reason in ("Dokumen tidak bertanggal.", words):
        round_.judge("1.1", "ask", reason=reason)
        keep_reason(round_.answer("1.1"), actor=round_.who("coordinator"))
    page = signed_in(visitor, round_, "verifier")
    page.goto(f"/desk/{round_.assessment.pk}/1.1/")
    page.fill("#id_reason", "")
    page.locator("#id_reason").blur()
    page.keyboard.press("l")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # past the first without taking it
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#id_reason').value !== ''")
    assert page.input_value("#id_reason") == words
    look(page, "indikator")


def test_second_reading_and_agreement(visitor: Any, round_: Round) -> None:
    round_.judge("1.1", "change", level=2, reason="Belum ditetapkan.")
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    page = signed_in(visitor, round_, "second")
    page.goto("/desk/bacaan-kedua/")
    look(page, "bacaan-kedua-daftar")
    press(page, "main tbody a")
    look(page, "bacaan-kedua")
    page.check("input[name=level][value='3']")
    press(page, "main .card button[type=submit]")
    assert SecondReading.objects.get().level == 3
    coordinator = signed_in(visitor, round_, "coordinator")
    coordinator.goto("/desk/kesepakatan/")
    look(coordinator, "kesepakatan")
    coordinator.goto(f"/desk/{round_.assessment.pk}/")
    look(coordinator, "ringkasan-koordinator")
    coordinator.goto("/desk/")
    look(coordinator, "antrean")
    coordinator.goto("/desk/alasan/")
    look(coordinator, "alasan")


def test_handing_over(visitor: Any, round_: Round) -> None:
    page = signed_in(visitor, round_, "verifier")
    page.goto(f"/desk/{round_.assessment.pk}/")
    page.click("summary:has-text('verifikator lain')")
    page.select_option("#hand_over_to", label="Pembaca Kedua")
    page.fill("#hand_over_reason", "Cuti melahirkan.")
    look(page, "serah-terima")
    press(page, "form[action$='/serah-terima/'] button")
    assert round_.fresh().verifier == round_.users["second"]


def test_a_meeting_decides_two(visitor: Any, round_: Round) -> None:
    Cycle.objects.update(second_reading_share=0)
    rounds = [round_, taken_up(beside(round_, "Pemerintah Kota Anggrek"), "1.1")]
    for one in rounds:
        one.accept_rest()
        finish_verification(one.assessment, actor=one.who("verifier"))
        sign_off(one.assessment, actor=one.who("coordinator"))
    page = signed_in(visitor, round_, "plenary")
    page.goto("/pleno/rapat/baru/")
    for box in page.locator("input[name=assessments]").all():
        box.check()
    page.fill("[name=place]", "Aula")
    page.fill("[name=attendees]", "Dr. Wulan Sari\nBagus Prakoso")
    look(page, "rapat-baru")
    page.on("dialog", lambda dialog: dialog.accept())
    press(page, "main form[method=post] button[type=submit]")
    look(page, "rapat")
    assert [one.fresh().state for one in rounds] == ["decided", "decided"]
    page.goto("/pleno/rapat/")
    look(page, "rapat-daftar")
    page.goto(f"/pleno/{round_.assessment.pk}/")
    send(page, "publish")  # by the server: papers are signed within a loop of their own
    object_to_decision(round_.assessment, reason="Bukti tidak dibaca.", actor=round_.who("pyb"))
    page.goto(f"/pleno/{round_.assessment.pk}/")
    look(page, "sanggahan-pleno")
    keeper = signed_in(visitor, round_, "keeper")
    keeper.goto(f"/keberatan/{round_.assessment.pk}/")
    look(keeper, "sanggahan")


def test_desk_day_and_quick_assessment(visitor: Any, round_: Round) -> None:
    here = make_agency("Kantor Regional Contoh", "lpnk", regional_office="Kanreg Contoh")
    round_.agency.regional_office = "Kanreg Contoh"
    round_.agency.save()
    round_.users["office"] = make_user("Petugas Kanreg", ("regional_office", here))
    page = signed_in(visitor, round_, "coordinator")
    page.goto("/desk/hari/")
    page.fill("[name=held_on]", round_.cycle.filling_closes.isoformat())
    page.select_option("[name=cycle]", index=1)
    page.fill("[name=place]", "Aula Kanreg")
    look(page, "hari-baru")
    press(page, "main form[method=post] button[type=submit]")
    page.select_option("[name=assessment]", index=1)
    page.fill("[name=starts]", "09:00")
    page.fill("[name=ends]", "10:00")
    press(page, "main .card button[type=submit]")
    look(page, "hari")
    office = signed_in(visitor, round_, "office")
    office.goto("/kilat/")
    office.select_option("[name=agency]", index=1)
    office.select_option("[name=cycle]", index=1)
    look(office, "kilat-daftar")
    press(office, "main form[method=get] button[type=submit]")
    office.check("input[value='1.1']")
    look(office, "kilat-baru")
    press(office, "main form[method=post] button[type=submit]")
    look(office, "kilat")
