"""Sharing an assessment out: assigned, answered from one page, reminded, on the board and the summary."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pikepdf
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page

from sipinter.assessment.record.models import Assignment, Visit
from sipinter.assessment.selfassessment.reminders import send_due_reminders
from sipinter.assessment.selfassessment.services.visits import note_visit
from sipinter.foundation.accounts.digest import send_due_digests
from sipinter.foundation.accounts.models import User
from sipinter.foundation.work.worker import drain_queue
from tests.assessment.teamwork import Shared, past_due
from tests.factories import PASSWORD

from .conftest import NARROW, axe, picture, press, sign_in
from .steps import look, paper


def entered(page: Page, user: User) -> Page:
    sign_in(page, user.email, PASSWORD)
    return page


def morning(days: int) -> datetime:
    """Nine o'clock so many days from now."""
    return timezone.localtime().replace(hour=9) + timedelta(days=days)


def test_assigned_answered_reminded_and_on_the_secretarys_page(visitor: Callable[..., Page]) -> None:
    shared = Shared()
    here = f"/penilaian/{shared.assessment.pk}/"
    keeper = entered(visitor(), shared.users["keeper"])

    # The account keeper assigns three indicators to Wulan, from the board.
    look(keeper, f"{here}pembagian/")
    press(keeper, f'main a[href="{here}pembagian/tugaskan/"] >> nth=0')
    keeper.select_option("main select[name=to]", f"person:{shared.wulan.pk}")
    keeper.fill("main input[name=due]", shared.day(5).isoformat())
    keeper.fill("main textarea[name=note]", "SK penetapan tahun 2026.")
    keeper.click('.team-aspect:has(input[name=codes][value="3.4"]) summary')
    for code in ("3.3", "3.4", "3.5"):
        keeper.check(f'main input[name=codes][value="{code}"]')
    axe(keeper)
    picture(keeper, "tugaskan-1280")
    press(keeper, "main form button[type=submit]")
    axe(keeper)
    assert Assignment.objects.count() == 3

    # She comes by the mail's link, on her telephone, without scripts, and answers from one page.
    drain_queue()
    assert any(letter.to == [shared.wulan.email] for letter in mail.outbox)
    wulan = entered(visitor(viewport=NARROW, java_script_enabled=False), shared.wulan)
    wulan.goto("/beranda/")
    picture(wulan, "beranda-390")
    press(wulan, f'main a.btn[href="{here}tugas-saya/"]')
    wulan.check("#tick-3-4-1")
    wulan.check("#tick-3-4-2")
    wulan.fill("#note-3-4", "Lihat halaman 2.")
    wulan.set_input_files("#files-3-4", [paper("SK Manajemen Talenta")])
    wulan.fill("#note-3-5", "Menunggu tanda tangan.")
    picture(wulan, "tugas-390")
    press(wulan, 'button[name=do][value="3.4"]')
    assert shared.answer("3.4").claimed_level == 2
    assert shared.answer("3.4").evidence.count() == 1
    assert shared.answer("3.5").note == "Menunggu tanda tangan."

    # With scripts axe sees the same pages; she mentions a colleague there.
    wide = entered(visitor(), shared.wulan)
    look(wide, "/beranda/")
    picture(wide, "beranda-1280")
    look(wide, f"{here}tugas-saya/")
    picture(wide, "tugas-1280")
    wide.click("#tugas-3-5 details:last-of-type summary")
    wide.fill("#comment-3-5", "@Bayu mohon kirim notula.")
    press(wide, 'button[name=do][value="3.5"]')
    assert shared.bayu.notifications.filter(subject__contains="3.5").exists()

    # Two are not done: past their day she is reminded, once.
    past_due(list(Assignment.objects.all()), 1)
    assert [send_due_reminders(morning(0)), send_due_reminders(morning(0))] == [1, 0]
    drain_queue()
    assert "3.3, 3.5" in mail.outbox[-1].subject

    look(keeper, f"{here}pembagian/")
    assert keeper.locator("table >> nth=0").locator("tbody tr").count() == 1
    row = keeper.locator("table >> nth=0").locator("tbody td")
    assert [row.nth(place).inner_text() for place in (0, 1, 2)] == ["3", "1", "2"]
    picture(keeper, "pembagian-1280")
    narrow = entered(visitor(viewport=NARROW), shared.users["keeper"])
    look(narrow, f"{here}pembagian/")
    picture(narrow, "pembagian-390")
    look(narrow, f"{here}pembagian/tugaskan/")

    # The secretary sees one number, what moves it, who is late, and what changed, on one screen and page.
    note_visit(shared.assessment, actor=shared.who("pyb"))
    Visit.objects.update(at=timezone.now() - timedelta(days=1))
    secretary = entered(visitor(), shared.users["pyb"])
    look(secretary, f"{here}pimpinan/")
    picture(secretary, "pimpinan-1280")
    text = secretary.inner_text("main")
    assert "BKPSDM" in text
    assert "Wulan Anggraini" in text
    end = secretary.locator(".brief").bounding_box()
    assert end is not None
    assert end["y"] + end["height"] <= 900
    with pikepdf.open(io.BytesIO(secretary.pdf(format="A4"))) as printed:
        assert len(printed.pages) == 1
    secretary.set_viewport_size(NARROW)
    look(secretary, f"{here}pimpinan/")
    picture(secretary, "pimpinan-390")


def test_one_mail_a_day_and_a_calendar(visitor: Callable[..., Page]) -> None:
    shared = Shared()
    bayu = entered(visitor(), shared.bayu)
    look(bayu, "/akun/pemberitahuan/")
    bayu.check("main input[name=mails][value=daily]")
    bayu.select_option("main select[name=language]", "en")
    picture(bayu, "surel-1280")
    press(bayu, "main form button[type=submit]")
    shared.bayu.refresh_from_db()
    for code in ("3.4", "4.1"):
        shared.ask(code, person=shared.bayu)
    drain_queue()
    assert not [m for m in mail.outbox if m.to == [shared.bayu.email]]
    assert send_due_digests(morning(1)) == 1
    drain_queue()
    (letter,) = [m for m in mail.outbox if m.to == [shared.bayu.email]]
    assert letter.subject == "[SIPINTER] 2 notifications"
    look(bayu, "/kalender/")
    picture(bayu, "kalender-1280")
    press(bayu, "main form:not([action]) button[type=submit]")
    axe(bayu)
    address = bayu.input_value("main input[readonly]")
    stranger = visitor()
    body = stranger.request.get(address.replace("http://127.0.0.1:8000", "")).text()
    assert "BEGIN:VCALENDAR" in body
    assert "4.1" in body
    bayu.set_viewport_size(NARROW)
    look(bayu, "/kalender/")
    picture(bayu, "kalender-390")
    look(bayu, "/akun/pemberitahuan/")
