"""Hints for the agency alone, passages for the desk, search in one's own library."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    submit_assessment,
)
from sipinter.assessment.verification.services.verdicts import claim_assessment
from sipinter.foundation.evidence.models import PageText
from sipinter.foundation.work.worker import drain_queue
from tests.factories import client_for, make_agency, make_user
from tests.foundation.evidence.making import written_pdf
from tests.foundation.evidence.texts.making import typeset
from tests.judging import judge_files

from ..desk_round import browser, submitted, taken_up
from ..round import Round

pytestmark = pytest.mark.django_db
OLD_LETTER = "Keputusan Nomor 5 tentang rencana suksesi, 17 Agustus 2019. Halaman 1 dari 12."
NEWS = ("older than this round", "it has 12 pages")


def attach(round_: Round, code: str, *pages: str, name: str = "naskah.pdf") -> int:
    """A typeset document beside `code`, read."""
    file = SimpleUploadedFile(name, typeset(*pages))
    found = upload_evidence(round_.assessment, code, file, actor=round_.who("keeper")).evidence
    drain_queue()
    return found.pk


def text(client: Any, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return str(response.content.decode())


def test_hints_beside_the_evidence_and_before_sending() -> None:
    round_ = Round().start()
    round_.claim("3.4", 3)
    attach(round_, "3.4", OLD_LETTER)
    base = f"/penilaian/{round_.assessment.pk}"
    for path in (f"{base}/3.4/", f"{base}/kelengkapan/"):
        page = text(browser(round_, "keeper"), path)
        assert [piece for piece in NEWS if piece not in page] == []
        assert "decide nothing" in page
    request_review(round_.assessment, actor=round_.who("keeper"))  # nothing is held back
    assert NEWS[0] in text(browser(round_, "pyb"), f"{base}/reviu/")


def test_the_same_file_at_both_ends() -> None:
    round_ = Round().fill(1, "1.1", "1.2")
    round_.claim("1.2", 4)
    page = text(browser(round_, "keeper"), f"/penilaian/{round_.assessment.pk}/1.1/")
    assert "stands beside 1.1, claimed at the lowest level, and beside 1.2" in page


def test_the_desk_sees_no_hints_but_passages() -> None:
    round_ = Round().start()
    round_.claim("3.4", 3)
    evidence = attach(round_, "3.4", OLD_LETTER, "Lampiran tanpa isi.")
    submitted_and_taken(round_)
    page = text(browser(round_, "verifier"), f"/desk/{round_.assessment.pk}/3.4/")
    assert all(piece not in page for piece in NEWS)
    assert "<mark>rencana</mark> <mark>suksesi</mark>" in page
    assert f"#evidence-{evidence}-1" in page
    own = text(browser(round_, "verifier"), f"/desk/{round_.assessment.pk}/3.4/?cari=melampirkan")
    assert "<mark>Lampiran</mark>" in own
    assert f"?evidence={evidence}&halaman=2" in own
    workspace = browser(round_, "verifier").get(f"/penilaian/{round_.assessment.pk}/3.4/")
    assert all(piece not in workspace.content.decode() for piece in NEWS)


def submitted_and_taken(round_: Round) -> None:
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    claim_assessment(round_.assessment, actor=round_.who("verifier"))


def test_sixty_pages_take_the_queries_of_one_and_nothing_is_read_in_the_request() -> None:
    round_ = Round().start()
    for code in ("1.1", "1.2"):
        round_.claim(code, 3)
    attach(round_, "1.1", OLD_LETTER)
    file = SimpleUploadedFile("laporan.pdf", written_pdf(60))
    upload_evidence(round_.assessment, "1.2", file, actor=round_.who("keeper"))
    judge_files()
    submitted_and_taken(round_)
    client = browser(round_, "verifier")
    page = text(client, f"/desk/{round_.assessment.pk}/1.2/")
    assert "text: 0 of 60 pages read" in page
    assert PageText.objects.count() == 1
    drain_queue()
    assert PageText.objects.count() == 61
    with CaptureQueriesContext(connection) as few:
        text(client, f"/desk/{round_.assessment.pk}/1.1/?cari=suksesi")
    with CaptureQueriesContext(connection) as many:
        text(client, f"/desk/{round_.assessment.pk}/1.2/?cari=halaman")
    assert len(many) == len(few) <= 16


def test_who_sees_the_text() -> None:
    round_ = Round().start()
    round_.claim("1.1", 3)
    attach(round_, "1.1", OLD_LETTER)
    stranger = make_user("Orang Luar", ("keeper", make_agency("Pemerintah Kota Kenanga", "kota")))

    def sees(user: Any) -> int:
        from sipinter.foundation.accounts.actor import actor_of

        return PageText.objects.visible_to(actor_of(user)).count()

    assert [sees(round_.users[role]) for role in ("keeper", "pyb", "verifier")] == [1, 1, 0]
    submitted_and_taken(round_)
    assert [sees(round_.users[r]) for r in ("verifier", "coordinator", "administrator")] == [1, 1, 0]
    assert sees(stranger) == 0
    from sipinter.foundation.evidence.models import Blob

    Blob.objects.update(scan=Blob.Scan.PENDING)
    assert [sees(round_.users[role]) for role in ("keeper", "ppk", "verifier")] == [1, 0, 0]
    Blob.objects.update(scan=Blob.Scan.INFECTED)
    assert sees(round_.users["keeper"]) == 0


def test_the_library_is_searched_by_its_text() -> None:
    round_ = Round().start()
    attach(round_, "1.1", OLD_LETTER, name="a.pdf")
    attach(round_, "1.1", "Laporan pelatihan pegawai, 3 Mei 2025.", name="b.pdf")
    base = f"/penilaian/{round_.assessment.pk}/1.2/pustaka/?q="
    page = text(browser(round_, "keeper"), f"{base}merencanakan+suksesi")
    assert (">a.pdf<" in page, ">b.pdf<" in page) == (True, False)
    assert "<mark>rencana</mark>" in page
    assert "No document found" in text(browser(round_, "keeper"), f"{base}yang")
    other = make_agency("Pemerintah Kota Kenanga", "kota")
    client = client_for(make_user("Orang Luar", ("keeper", other)))
    assert client.get(f"{base}suksesi").status_code == 404


def test_a_role_that_opens_no_evidence_gets_no_passages() -> None:
    round_ = taken_up(submitted_round())
    page = text(browser(round_, "administrator"), f"/desk/{round_.assessment.pk}/1.1/")
    assert 'id="passages"' not in page


def submitted_round() -> Round:
    return Round()


def test_without_any_text_the_desk_says_so() -> None:
    round_ = submitted()
    page = text(browser(round_, "verifier"), f"/desk/{round_.assessment.pk}/1.1/")
    assert "No text of this evidence has been read." in page
