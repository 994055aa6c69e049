"""What the desk and the workspace show of files that wait for the scanner, or in which it found something."""

import hashlib

import pytest
from django.test import Client
from django.utils.html import escape

from sipinter.assessment.record.completeness import Gap, GapKind, assessment_gaps
from sipinter.assessment.record.models import Decision
from sipinter.assessment.record.queries.page_frame import load_frame
from sipinter.assessment.selfassessment.services.submission import (
    approve_review,
    request_review,
    submit_assessment,
)
from sipinter.assessment.verification.services.verdicts import claim_assessment
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.foundation.evidence.models import Blob
from sipinter.foundation.evidence.receiving.flags import SENTENCES
from sipinter.foundation.evidence.storage import store
from tests.buckets import Files
from tests.factories import client_for

from ..decisions.test_plenary_pages import at_plenary, published
from ..desk_round import browser, taken_up
from ..round import Round

pytestmark = pytest.mark.django_db
CHECKED, FOUND = "is being checked for viruses", "A virus was found in this file (Uji)"


def text(response: object) -> str:
    """The page's text."""
    return response.content.decode()  # type: ignore[attr-defined,no-any-return]


def desk_page(client: Client, round_: Round, *, query: str = "") -> str:
    """The desk's page of indicator 1.1."""
    return text(client.get(f"/desk/{round_.assessment.pk}/1.1/{query}"))


def mark(scan: str, signature: str = "") -> int:
    """Give every file this state; gives the evidence's number."""
    Blob.objects.update(scan=scan, signature=signature)
    evidence = Blob.objects.get().evidence.get()
    return int(evidence.pk)


def test_sending_in_does_not_wait_for_the_scanner_but_reading_does() -> None:
    round_ = Round()
    round_.fill(3, "1.1")
    number = mark("pending")
    request_review(round_.assessment, actor=round_.who("keeper"))
    approve_review(round_.assessment, actor=round_.who("pyb"))
    submit_assessment(round_.assessment, accept_unanswered=True, actor=round_.who("pyb"))
    claim_assessment(round_.assessment, actor=round_.who("verifier"))
    verifier = browser(round_, "verifier")
    for query in ("", f"?evidence={number}"):
        page = desk_page(verifier, round_, query=query)
        assert CHECKED in page
        assert "being checked" in page
        assert "data-preview-first" not in page
    assert verifier.get(f"/bukti/{number}/pratinjau/").status_code == 403
    mark("clean")
    page = desk_page(verifier, round_)
    assert (CHECKED in page, "data-preview-first" in page) == (False, True)


def test_a_harmful_file_counts_as_missing_and_is_told_where_it_stands() -> None:
    round_ = Round()
    round_.fill(3, "1.1")
    number = mark("infected", "Uji")
    assert Gap("1.1", GapKind.EVIDENCE) in assessment_gaps(round_.assessment)
    assert "1.1" in load_frame(round_.assessment, round_.who("keeper")).without_evidence
    with pytest.raises(NotNow, match=r"evidence missing: 1\.1"):
        request_review(round_.assessment, actor=round_.who("keeper"))
    keeper = browser(round_, "keeper")
    page = text(keeper.get(f"/penilaian/{round_.assessment.pk}/1.1/"))
    assert FOUND in page
    assert f'href="/bukti/{number}/"' not in page
    library = text(keeper.get(f"/penilaian/{round_.assessment.pk}/1.1/pustaka/"))
    assert "virus found" in library
    assert "Room for documents" in library


def test_a_file_found_harmful_after_sending_in_is_locked_at_the_desk() -> None:
    round_ = taken_up()
    mark("infected", "Uji")
    page = desk_page(browser(round_, "verifier"), round_)
    assert (FOUND in page, "data-preview-first" in page) == (True, False)


def test_every_flag_stands_on_the_verifiers_desk() -> None:
    round_ = taken_up()
    Blob.objects.update(flags=list(SENTENCES))
    number = Blob.objects.get().evidence.get().pk
    verifier = browser(round_, "verifier")
    pages = (
        desk_page(verifier, round_, query=f"?evidence={number}"),
        text(verifier.get(f"/bukti/{number}/pratinjau/", headers={"hx-request": "true"})),
    )
    for page in pages:
        assert [flag for flag, sentence in SENTENCES.items() if escape(str(sentence)) not in page] == []


def test_papers_lie_in_the_bucket_and_are_handed_out(bucket: Files) -> None:
    published(at_plenary())
    decision = Decision.objects.get()
    papers = {document.path: document for document in decision.documents.all()}
    assert {name for name in bucket() if name.startswith("decisions/")} == set(papers)
    for document in papers.values():
        response = client_for(None).get(f"/keputusan/{decision.code}/{document.kind}.pdf")
        assert hashlib.sha256(response.content).hexdigest() == document.sha256
        assert verify_pdf(response.content).valid
        store.remove_files(document.path)
        assert client_for(None).get(f"/keputusan/{decision.code}/{document.kind}.pdf").status_code == 404
