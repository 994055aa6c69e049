"""Hints in the workspace, examples and passages in a real Chromium, as axe and the eye see them."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Page

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    submit_assessment,
)
from sipinter.assessment.verification.services.verdicts import claim_assessment
from sipinter.foundation.work.worker import drain_queue
from sipinter.guidance.practices.services import propose_example, publish_example
from tests.assessment.round import Round
from tests.factories import PASSWORD
from tests.foundation.evidence.texts.making import typeset

from .conftest import look, press, sign_in
from .steps import draw_until

OLD = "Keputusan Nomor 5 tentang rencana suksesi bagi jabatan target, 17 Agustus 2019. Halaman 1 dari 60."


@pytest.fixture
def round_(live_server: Any) -> Round:
    """An example, and a file with hints whose 25th page matches."""
    round_ = Round().start()
    round_.claim("3.4", 3)
    pages = [OLD, *(["Lampiran."] * 23), "Bupati menetapkan rencana suksesi yang memuat jabatan target."]
    file = SimpleUploadedFile("SK Rencana Suksesi.pdf", typeset(*pages))
    upload_evidence(round_.assessment, "3.4", file, actor=round_.who("keeper"))
    drain_queue()
    for kind in ("accepted", "refused"):
        example = propose_example(
            instrument_of(round_.cycle),
            "3.4",
            level=3,
            kind=kind,
            body="Keputusan bernomor dan bertanggal.",
            actor=round_.who("verifier"),
        )
        publish_example(example, actor=round_.who("coordinator"))
    return round_


def signed_in(visitor: Any, round_: Round, role: str) -> Page:
    page: Page = visitor()
    sign_in(page, round_.users[role].email, PASSWORD)
    return page


def test_hints_and_examples_in_the_workspace(visitor: Any, round_: Round) -> None:
    page = signed_in(visitor, round_, "keeper")
    page.goto(f"/penilaian/{round_.assessment.pk}/3.4/")
    page.click("details.guide summary")
    assert page.locator(".guide-list li").count() == 2
    assert "60 halaman" in page.inner_text("#hints")
    look(page, "petunjuk")
    page.goto(f"/penilaian/{round_.assessment.pk}/kelengkapan/")
    look(page, "kelengkapan")
    page.goto(f"/penilaian/{round_.assessment.pk}/1.1/pustaka/?q=penetapan+suksesi")
    assert page.locator("mark").count() >= 2
    look(page, "pustaka")


def test_a_passage_leads_to_its_page(visitor: Any, round_: Round) -> None:
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    claim_assessment(round_.assessment, actor=round_.who("verifier"))
    page = signed_in(visitor, round_, "verifier")
    page.goto(f"/desk/{round_.assessment.pk}/3.4/")
    draw_until(page, "#preview .evidence-page")
    link = page.locator(".passages-list a", has_text="25")
    target = link.get_attribute("data-page")
    link.click()
    draw_until(page, f"#{target}")
    assert page.locator(f"#{target}").is_visible()
    assert page.locator(".desk-file [aria-current]").count() == 1
    look(page, "petikan")
    page.fill("#id_cari", "lampirkan")
    press(page, "#passages form button")
    assert page.locator("#passages mark").first.inner_text() == "Lampiran"


def test_a_coordinator_manages_examples(visitor: Any, round_: Round) -> None:
    page = signed_in(visitor, round_, "coordinator")
    page.goto("/desk/contoh/")
    page.click("summary:has-text('Usulkan contoh')")
    page.select_option("[name=code]", "3.4")
    page.select_option("[name=level]", "2")
    page.fill("[name=body]", "Rancangan yang sudah dibahas, dengan notula.")
    page.select_option("[name=agency]", label=round_.agency.name)
    look(page, "contoh")
    press(page, "form.card button[type=submit]")
    assert "menunggu izin" in page.inner_text("main")
    keeper = signed_in(visitor, round_, "keeper")
    keeper.goto("/contoh/")
    look(keeper, "izin")
    press(keeper, "main form button")
    assert "diizinkan" in keeper.inner_text("main")
