"""The public page that judges papers: by code and by file. One byte changed is refused."""

import io
from copy import deepcopy
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from sipinter.assessment.decisions.services.decisions import correct_decision, publish_decision
from sipinter.assessment.record.models import Decision, DecisionDocument
from sipinter.assessment.record.queries.decisions import normalize_decision_code
from sipinter.foundation.documents.signing.facts import MAX_BYTES
from sipinter.foundation.work.worker import drain_queue
from sipinter.nation.register.views.verify import CheckOutcome, check_paper
from tests.assessment.decisions.test_plenary_pages import TODAY, at_plenary, decided
from tests.assessment.desk_round import browser
from tests.assessment.round import Round, pdf
from tests.factories import client_for

pytestmark = pytest.mark.django_db


def _paper(kind: str = "letter", **which: object) -> bytes:
    from django.core.files.storage import default_storage

    row = DecisionDocument.objects.get(kind=kind, **which)
    with default_storage.open(row.path) as stored:
        return stored.read()


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> Round:
    round_ = decided(at_plenary())
    drain_queue()
    return round_


@pytest.fixture
def decided_round(shared: Round) -> Round:
    """Its papers are made, but not published."""
    return deepcopy(shared)


@pytest.fixture
def published_round(decided_round: Round) -> Round:
    publish_decision(decided_round.assessment, actor=decided_round.who("plenary"))
    return decided_round


def _upload(body: bytes, name: str = "keputusan.pdf") -> HttpResponse:
    return client_for(None).post("/verifikasi/", {"file": SimpleUploadedFile(name, body, "application/pdf")})


def test_the_paper_as_issued_is_genuine(published_round: Round) -> None:
    page = _upload(_paper()).content.decode()
    decision = Decision.objects.get()
    for said in ("Genuine", published_round.agency.name, decision.number, decision.code, "15", "Signed by"):
        assert said in page


@pytest.mark.parametrize("place", [9, 2000, -700, -1])
def test_one_byte_changed_is_refused(place: int, published_round: Round) -> None:
    body = bytearray(_paper())
    body[place] ^= 1
    page = _upload(bytes(body)).content.decode()
    assert "do not rely on it" in page or "Not known here" in page
    assert "Genuine" not in page
    assert "note-success" not in page


def test_something_added_behind_is_refused(published_round: Round) -> None:
    checked = check_paper(_paper() + b"\n")
    assert (checked.outcome, checked.said) == (CheckOutcome.CHANGED, None)


def test_a_resaved_copy_is_not_ours(published_round: Round) -> None:
    copy = io.BytesIO()
    with pikepdf.open(io.BytesIO(_paper())) as document:
        document.save(copy)
    assert check_paper(copy.getvalue()).outcome in (CheckOutcome.CHANGED, CheckOutcome.UNKNOWN)


@pytest.mark.parametrize("body", [b"hello", b"%PDF-1.7\n%%EOF\n", pdf().read()])
def test_a_strangers_file_is_not_known(body: bytes) -> None:
    assert check_paper(body).outcome is CheckOutcome.UNKNOWN


def test_an_unpublished_paper_says_nothing_about_its_decision(decided_round: Round) -> None:
    page = _upload(_paper()).content.decode()
    assert "not among the published decisions" in page
    assert decided_round.agency.name not in page
    assert Decision.objects.get().number not in page


def test_a_superseded_paper_is_genuine_and_says_what_holds(published_round: Round) -> None:
    old = Decision.objects.get()
    correct_decision(
        published_round.assessment,
        decided_on=TODAY(),
        changes={},
        reason="Salah ketik.",
        actor=published_round.who("plenary"),
    )
    new = Decision.objects.get(supersedes=old)
    page = _upload(_paper(decision=old)).content.decode()
    assert "This decision no longer holds" in page
    assert f"/verifikasi/{new.code}/" in page


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Choose the PDF file first."),
        ({"file": SimpleUploadedFile("kosong.pdf", b"")}, "The file is empty."),
        ({"file": SimpleUploadedFile("besar.pdf", b"x" * (MAX_BYTES + 1))}, "larger than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_judged(files: dict[str, object], sentence: str) -> None:
    response = client_for(None).post("/verifikasi/", files)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_uploads_are_throttled(settings: Any) -> None:
    settings.LIMITS = settings.LIMITS | {"verify": "2/m/ip"}
    answers = [_upload(b"hello") for _time in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "60"


def _look_up(code: str, client: Client | None = None) -> HttpResponse:
    return (client or client_for(None)).get(f"/verifikasi/{code}/")


def test_the_code_says_what_the_decision_says(published_round: Round) -> None:
    decision = Decision.objects.get()
    response = _look_up(decision.code)
    page = response.content.decode()
    assert response.status_code == 200
    for said in (
        published_round.agency.name,
        decision.number,
        "Issued here",
        f"/keputusan/{decision.code}/letter.pdf",
    ):
        assert said in page


@pytest.mark.parametrize("typed", ["lower", "bare", "spaced"])
def test_the_code_however_it_is_typed(typed: str, published_round: Round) -> None:
    code = Decision.objects.get().code
    written = {"lower": code.lower(), "bare": code.replace("-", ""), "spaced": code.replace("-", " ")}[typed]
    assert _look_up(written)["Location"] == f"/verifikasi/{code}/"
    found = client_for(None).get("/verifikasi/", {"code": written})
    assert found["Location"] == f"/verifikasi/{code}/"


@pytest.mark.parametrize("code", ["ABCD-EFGH-JKMN-PQRS", "x", "-----", "a" * 200])
def test_an_unknown_code_is_a_clear_page(code: str) -> None:
    response = _look_up(code)
    assert response.status_code == 404
    assert "No published decision bears the code" in response.content.decode()


def test_an_empty_code_is_asked_for() -> None:
    response = client_for(None).get("/verifikasi/?code=%20")
    assert response.status_code == 422
    assert 'href="#id_code"' in response.content.decode()


def test_before_publication_the_code_is_for_those_who_may_see_it(decided_round: Round) -> None:
    code = Decision.objects.get().code
    assert _look_up(code).status_code == 404
    seen = _look_up(code, browser(decided_round, "plenary"))
    assert seen.status_code == 200
    assert "has not been published" in seen.content.decode()


def test_a_superseded_code_names_the_one_that_holds(published_round: Round) -> None:
    old = Decision.objects.get()
    correct_decision(
        published_round.assessment,
        decided_on=TODAY(),
        changes={},
        reason="Salah ketik.",
        actor=published_round.who("plenary"),
    )
    new = Decision.objects.get(supersedes=old)
    page = _look_up(old.code).content.decode()
    assert "This decision no longer holds" in page
    assert "Issued here" not in page
    assert new.number in page
    assert old.number in _look_up(new.code).content.decode()


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("abcd efgh", "ABCD-EFGH"),
        ("ab", "AB"),
        ("", ""),
        ("--", ""),
        ("ａｂ", ""),
        ("a" * 99, "AAAA-" * 5 + "AAAA"),
    ],
)
def test_tidy_code(typed: str, tidy: str) -> None:
    assert normalize_decision_code(typed) == tidy
