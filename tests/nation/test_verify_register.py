"""The register and the signature judge a paper together: neither alone makes it genuine."""

import hashlib
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings

from sipinter.assessment.decisions.papers import decision_paper
from sipinter.assessment.record.models import Decision, DecisionDocument
from sipinter.foundation.documents.papers import letter_pdf
from sipinter.foundation.documents.signing.identity import load_identity
from sipinter.foundation.documents.signing.signer import sign_pdf
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.nation.register.views.verify import CheckOutcome, check_paper
from tests.assessment.round import Round, pdf
from tests.factories import client_for
from tests.foundation.documents.making import pkcs12_file

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def shared(module_transaction: None) -> None:
    """A published decision with letter and certificate."""
    Round().publish(4)


def _paper(kind: str = "letter") -> bytes:
    with default_storage.open(DecisionDocument.objects.get(kind=kind).path) as stored:
        return stored.read()


def _upload(body: bytes) -> str:
    file = SimpleUploadedFile("keputusan.pdf", body, "application/pdf")
    return client_for(None).post("/verifikasi/", {"file": file}).content.decode()


def _look_up(code: str) -> str:
    return client_for(None).get(f"/verifikasi/{code}/").content.decode()


def _name_file(body: bytes, kind: str = "letter") -> None:
    """By SQL, as who administers the database can: the register names these bytes as its paper."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE assessments_decisiondocument SET sha256 = %s WHERE kind = %s",
            [hashlib.sha256(body).hexdigest(), kind],
        )


def _set_figure(column: str, value: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE assessments_decision SET "{column}" = %s', [value])


def _signed_by_a_stranger(folder: Path) -> bytes:
    """The letter of the decision as it would be printed, signed by a key that is not ours."""
    pkcs12_file(folder / "stranger.p12", name="Orang Lain", password="")
    with override_settings(SIGNING_PKCS12=str(folder / "stranger.p12"), SIGNING_TRUSTED=folder / "theirs"):
        return sign_pdf(letter_pdf(decision_paper(Decision.objects.get())), reason="Penetapan")


def test_a_strangers_pdf_that_the_register_was_made_to_name_is_not_genuine(tmp_path: Path) -> None:
    body = _signed_by_a_stranger(tmp_path)
    _name_file(body)
    checked = check_paper(body)
    assert (checked.outcome, checked.said) == (CheckOutcome.CHANGED, None)
    page = _upload(body)
    assert "signed by Orang Lain, not by this authority" in page
    assert "note-success" not in page


@pytest.mark.parametrize("body", [b"Keputusan: nilai 399,9", b"%PDF-1.7\n%%EOF\n", pdf().read()])
def test_an_unsigned_file_that_the_register_was_made_to_name_is_not_genuine(body: bytes) -> None:
    _name_file(body)
    assert check_paper(body).outcome is CheckOutcome.CHANGED
    page = _upload(body)
    assert "The register names this file, but" in page
    assert "note-success" not in page


def test_the_paper_of_another_kind_of_letter_is_not_this_decisions() -> None:
    """A paper of ours, but of another decision, under this decision's row."""
    other = letter_pdf(replace(decision_paper(Decision.objects.get()), number="1/LAIN", code="AAAA-BBBB"))
    body = sign_pdf(other, reason="Penetapan")
    _name_file(body)
    checked = check_paper(body)
    assert checked.outcome is CheckOutcome.CHANGED
    assert "number, code" in checked.reason


@pytest.mark.parametrize("kind", ["letter", "certificate"])
@pytest.mark.parametrize(
    ("column", "value", "named"),
    [
        ("score", "399.9", "score"),
        ("score", "1", "score"),
        ("index", "0.99", "index"),
        ("index", None, "index"),
        ("category", "Buruk", "category"),
        ("number", "999/PALSU", "number"),
        ("code", "AAAA-BBBB-CCCC-DDDD", "code"),
    ],
)
def test_figures_changed_in_the_database_are_told_from_those_of_the_paper(
    kind: str, column: str, value: object, named: str
) -> None:
    body = _paper(kind)
    assert check_paper(body).outcome is CheckOutcome.GENUINE
    _set_figure(column, value)
    checked = check_paper(body)
    assert (checked.outcome, checked.said) == (CheckOutcome.CHANGED, None)
    page = _upload(body)
    assert f"differs from the register in: {named}." in page
    assert "Genuine" not in page


def test_the_code_does_not_vouch_for_figures_that_its_paper_does_not_bear() -> None:
    decision = Decision.objects.get()
    assert "Issued here" in _look_up(decision.code)
    _set_figure("score", "399.9")
    page = _look_up(decision.code)
    assert "Issued here" not in page
    assert "do not rely on it" in page


def test_a_paper_signed_after_its_certificate_was_revoked_is_not_genuine(
    settings: Any, tmp_path: Path
) -> None:
    body, signed_at = _paper(), verify_pdf(_paper()).signed_at
    assert signed_at is not None
    certificate = load_identity().certificate.fingerprint(SHA256()).hex()
    settings.SIGNING_TRUSTED = shutil.copytree(settings.SIGNING_TRUSTED, tmp_path / "trusted")
    list_ = tmp_path / "trusted" / "revoked.txt"
    list_.write_text(f"{certificate} {(signed_at + timedelta(seconds=1)).isoformat()}\n")
    assert check_paper(body).outcome is CheckOutcome.GENUINE
    list_.write_text(f"{certificate} {signed_at.isoformat()}\n")
    checked = check_paper(body)
    assert checked.outcome is CheckOutcome.CHANGED
    assert "revoked" in checked.reason
