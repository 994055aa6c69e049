"""What people do in the browser, in the words of the tests. Selectors go by address and field name."""

import io
import re
from datetime import timedelta
from typing import Any

from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, Response

from sipinter.assessment.record.completeness import unjudged_indicators
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, Assessment, Cycle
from sipinter.assessment.selfassessment.services import answers
from sipinter.assessment.selfassessment.services.answers import attach_evidence, save_answer
from sipinter.assessment.selfassessment.services.submission import approve_review, request_review
from sipinter.assessment.verification.services.verdicts import (
    finish_verification,
    judge_answer,
    return_for_clarification,
    sign_off,
)
from sipinter.cli.demo.pdf import make_demo_pdf
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.work.worker import drain_queue
from tests.assessment.round import Round
from tests.factories import PASSWORD

from .conftest import axe, press

ENDED = ".ws-sent[data-state=done], .ws-sent[data-state=refused]"


def paper(title: str = "Rencana Suksesi 2026") -> dict[str, Any]:
    """A real two-page PDF, as Playwright's file chooser takes it."""
    made = make_demo_pdf(
        title, "Pemerintah Kabupaten Melati", "800/12/BKPSDM", "12 Januari 2026", ["Isi dokumen."]
    )
    return {"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": made.read()}


def look(page: Page, path: str = "") -> Page:
    """Open `path` (or stay) and let axe look at the page."""
    if path:
        response = page.goto(path)
        assert response is not None
        assert response.status < 400, path
    axe(page)
    return page


def do(page: Page, value: str) -> None:
    """One of the buttons under an indicator's form: previous, stay (save) or next (save and continue)."""
    press(page, f".ws-actions button[value={value}]")


def saved(response: Response) -> bool:
    """Whether this is the answer to a save in the background that was taken."""
    return response.url.endswith("/simpan/") and response.status == 200


def tick(page: Page, level: int) -> None:
    """Tick the criterion of `level`; those under it follow; wait until it is saved."""
    with page.expect_response(saved):
        page.check(f"#tick-{level}")


def note(page: Page, text: str) -> None:
    """Write the note and leave the field; wait until it is saved."""
    page.fill("#id_note", text)
    with page.expect_response(saved):
        page.locator("#id_note").blur()


def upload(page: Page, *files: dict[str, Any]) -> None:
    """Choose files at an indicator and send them."""
    page.set_input_files("#id_files", list(files))
    button = page.locator(".ws-upload button[type=submit]")
    if not page.locator("[data-uploads][data-live]").count():
        press(page, button)
        return
    button.click()
    for file in files:
        page.locator(ENDED, has_text=file["name"]).first.wait_for()
    if page.locator(".ws-sent[data-state=done]").count():  # the list of evidence comes anew
        page.locator("#evidence .file-name").first.wait_for()
    page.wait_for_load_state("networkidle")


def invitation_link(address: str) -> str:
    """Path of the link in the newest invitation that went out to `address`."""
    drain_queue()
    letter = next(m for m in reversed(mail.outbox) if m.to == [address])
    found = re.search(r"https?://[^/\s]+(/undangan/[^\s]+)", str(letter.body))
    assert found is not None, letter.body
    return found[1]


def accept(page: Page, address: str, name: str) -> None:
    """Open the link of the e-mail, set name and password: signed in afterwards."""
    look(page, invitation_link(address))
    page.fill("main input[name=name]", name)
    page.fill("main input[name=password]", PASSWORD)
    page.fill("main input[name=again]", PASSWORD)
    press(page, "main form button[type=submit]")


def invite(page: Page, address: str, name: str, role: str, *aspects: str) -> None:
    """From the page of the agency's people."""
    look(page, "/tim/")
    press(page, 'main a[href^="/tim/undang/"]')
    axe(page)
    page.fill("main input[name=email]", address)
    page.fill("main input[name=name]", name)
    page.select_option("main select[name=role]", role)
    for aspect in aspects:
        page.check(f'main input[name=aspects][value="{aspect}"]')
    press(page, "main form button[type=submit]")


def sign_out(page: Page) -> None:
    """By the menu of one's account."""
    page.click(".menu:has(.account-name) summary")
    press(page, '.menu form[action="/akun/logout/"] button')


def fill_rest(assessment: Assessment, actor: Actor, *, level: int = 3) -> None:
    """Claim `level`, with one shared document, wherever nothing was filled in yet.

    By the services, not the page: thirty indicators through the browser would only take time.
    """
    open_answers = Answer.objects.filter(assessment=assessment, claimed_level=None)
    shared = None
    for answer in open_answers.order_by("code"):
        save_answer(
            assessment, answer.code, ticks=range(1, level + 1), note="", version=answer.version, actor=actor
        )
        if shared is None:
            made = make_demo_pdf("SK Tim", "Pemerintah Kabupaten Melati", "800/1", "5 Januari 2026", ["Isi."])
            shared = answers.upload_evidence(assessment, answer.code, made, actor=actor).evidence
        else:
            attach_evidence(assessment, answer.code, shared, actor=actor)


def accept_rest(assessment: Assessment, actor: Actor) -> None:
    """Accept whatever was not judged yet, by the services."""
    for code in unjudged_indicators(assessment):
        answer = Answer.objects.select_related("assessment__cycle", "assessment__agency").get(
            assessment=assessment, code=code
        )
        judge_answer(answer, "accept", version=answer.version, actor=actor)


def level_of(page: Page) -> str:
    """The first line of the standing shown at an indicator."""
    return page.locator("#level strong").first.inner_text()


def tampered(pdf: bytes) -> bytes:
    """The document with one byte changed, inside what the signature covers."""
    place = len(pdf) // 3
    changed = bytearray(pdf)
    changed[place] ^= 0x01
    return bytes(changed)


def chosen(name: str, body: bytes) -> dict[str, Any]:
    """A PDF for a file field."""
    return {"name": name, "mimeType": "application/pdf", "buffer": io.BytesIO(body).getvalue()}


def instrument_codes(assessment: Assessment) -> list[str]:
    """All indicators of the assessment, in the instrument's order."""
    return list(instrument_of(assessment.cycle).indicators)


def return_to_agency(round_: Round) -> None:
    """Back to the agency with what the verifier asked."""
    return_for_clarification(round_.assessment, actor=round_.who("verifier"))


def bring_to_plenary(round_: Round) -> None:
    """Whatever is left accepted, finished and signed off."""
    round_.accept_rest()
    finish_verification(round_.assessment, actor=round_.who("verifier"))
    sign_off(round_.assessment, actor=round_.who("coordinator"))


def approve(round_: Round) -> None:
    """A filled-in assessment sent to the secretary, who approves it."""
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))


def close_filling(round_: Round) -> None:
    """The last day for filling in was yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Cycle.objects.filter(pk=round_.cycle.pk).update(filling_closes=yesterday)


def draw_until(page: Page, selector: str) -> None:
    """Draw what the page asks for, as a worker would, until what the selector names is visible."""
    wanted = page.locator(selector).first
    for _ in range(40):
        drain_queue()
        if wanted.is_visible():
            return
        page.wait_for_timeout(300)
    wanted.wait_for()
