"""What is signed here verifies, here and in an ordinary reader."""

import base64
import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ImproperlyConfigured

from deploy.tsa import timestamp_authority
from sipinter.foundation.documents.papers import letter_pdf
from sipinter.foundation.documents.signing.faults import SignatureFault
from sipinter.foundation.documents.signing.signer import TimestampMissing, sign_pdf
from sipinter.foundation.documents.signing.verifier import verify_pdf

from .making import paper, pkcs12_file


def test_what_was_signed_verifies(signed: bytes) -> None:
    report = verify_pdf(signed)
    assert (report.valid, report.intact, report.trusted, report.covers_whole_document, report.fault) == (
        True,
        True,
        True,
        True,
        SignatureFault.NONE,
    )
    assert report.signer == "Badan Pengawas Sistem Merit"
    assert report.signed_at is not None
    assert abs(report.signed_at - datetime.now(UTC)) < timedelta(minutes=5)
    assert report.reason == (
        "The signature is valid and the document has not been changed since it was signed."
    )


def pdfsig(content: bytes, folder: Path) -> str:
    """What poppler's reader says of the signatures."""
    path = folder / "signed.pdf"
    path.write_bytes(content)
    command = shutil.which("pdfsig")
    assert command, "pdfsig is needed: apt-get install poppler-utils"
    told = subprocess.run([command, str(path)], capture_output=True, text=True, check=False)
    return told.stdout


def test_an_ordinary_reader_finds_the_signature_valid(signed: bytes, keys: Path) -> None:
    told = pdfsig(signed, keys)
    assert "Signature Validation: Signature is Valid." in told
    assert "Total document signed" in told
    assert "Signature Type: ETSI.CAdES.detached" in told
    assert "Signer Certificate Common Name: Badan Pengawas Sistem Merit" in told
    assert "Signature #2" not in told


def test_an_ordinary_reader_sees_a_change(signed: bytes, keys: Path) -> None:
    changed = signed.replace(b"%PDF-1.7", b"%PDF-1.6", 1)
    assert "Signature Validation: Digest Mismatch." in pdfsig(changed, keys)


def test_the_demonstration_signs_letters_with_rsa(keys: Path) -> None:
    signed = sign_pdf(letter_pdf(paper()), reason="Penetapan")
    assert (verify_pdf(signed).valid, verify_pdf(signed).signer) == (
        True,
        "Tanda tangan peragaan SIPINTER (demonstration only)",
    )
    assert "Signature Validation: Signature is Valid." in pdfsig(signed, keys)


def test_the_signature_states_why_who_and_where_and_forbids_changes(signed: bytes) -> None:
    with pikepdf.open(io.BytesIO(signed)) as document:
        (field,) = document.Root.AcroForm.Fields
        stated = field.V
        assert [str(stated[key]) for key in ("/Reason", "/Name", "/Location", "/SubFilter")] == [
            "Penetapan",
            "Ratna Puspitasari",
            "Jakarta",
            "/ETSI.CAdES.detached",
        ]
        assert document.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1


def test_signing_changes_nothing_that_is_read(signed: bytes, unsigned: bytes) -> None:
    assert signed.startswith(unsigned)
    first, second = (pdfium.PdfDocument(content)[0].render().to_pil() for content in (unsigned, signed))
    assert first.tobytes() == second.tobytes()
    with pikepdf.open(io.BytesIO(signed)) as document:
        meta = document.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfuaid:part"]) == ("2", "1")
        (field,) = document.Root.AcroForm.Fields
        assert [float(edge) for edge in field.Rect] != [0, 0, 0, 0]
        assert float(field.Rect[2]) < 0


@pytest.mark.parametrize(
    "key",
    [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1(), 2048, 4096],
    ids=lambda key: getattr(key, "name", key),
)
def test_every_usual_kind_of_key(own_key: Path, unsigned: bytes, key: Any) -> None:
    made = rsa.generate_private_key(65537, key) if isinstance(key, int) else ec.generate_private_key(key)
    pkcs12_file(own_key, key=made)
    signed = sign_pdf(unsigned, reason="Penetapan")
    assert verify_pdf(signed).valid
    with pikepdf.open(io.BytesIO(signed)) as document:
        assert (document.pdf_version, document.Root.get("/Version")) == ("1.7", None)


def test_a_certificate_from_an_authority_brings_it_along(own_key: Path, unsigned: bytes) -> None:
    pkcs12_file(own_key, authority=True)
    signed = sign_pdf(unsigned, reason="Penetapan")
    assert verify_pdf(signed).valid
    assert "Signature Validation: Signature is Valid." in pdfsig(signed, own_key.parent)


def test_earlier_documents_verify_after_the_certificate_was_renewed(own_key: Path, signed: bytes) -> None:
    pkcs12_file(own_key, name="Badan Pengawas, sertifikat baru", authority=True)
    assert verify_pdf(signed).signer == "Badan Pengawas Sistem Merit"
    assert verify_pdf(signed).valid


def test_a_server_that_only_verifies_needs_no_key(own_key: Path, signed: bytes, settings: Any) -> None:
    settings.SIGNING_PKCS12, settings.SIGNING_SELF_MADE = "", False
    assert verify_pdf(signed).valid


def test_a_folder_of_certificates_that_cannot_be_written_does_not_stop_signing(
    own_key: Path, unsigned: bytes, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    (own_key.parent / "file").write_text("")
    settings.SIGNING_TRUSTED = own_key.parent / "file" / "trusted"
    assert verify_pdf(sign_pdf(unsigned, reason="Penetapan")).valid
    assert "The signing certificate could not be kept as" in caplog.text


def test_a_broken_file_among_the_certificates_is_named_before_signing(own_key: Path, unsigned: bytes) -> None:
    broken = own_key.parent / "trusted" / "old.pem"
    broken.parent.mkdir()
    broken.write_text("not a certificate")
    with pytest.raises(ImproperlyConfigured, match=f"^{broken}: not a certificate in PEM form"):
        sign_pdf(unsigned, reason="Penetapan")


def test_threads_sign_and_verify_side_by_side(own_key: Path, unsigned: bytes) -> None:
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda n: verify_pdf(sign_pdf(unsigned, reason=f"Nomor {n}")), range(12)))
    assert [report.valid for report in reports] == [True] * 12


def test_a_signed_document_is_not_signed_again(signed: bytes) -> None:
    with pytest.raises(ValueError, match="signed already"):
        sign_pdf(signed, reason="Penetapan")


@pytest.mark.parametrize("content", [b"", b"text", b"%PDF-1.7\n%%EOF"])
def test_what_is_no_pdf_is_not_signed(own_key: Path, content: bytes) -> None:
    with pytest.raises(ValueError, match="not a PDF that can be signed"):
        sign_pdf(content, reason="Penetapan")


def test_nothing_is_signed_with_an_expired_certificate(own_key: Path, unsigned: bytes) -> None:
    pkcs12_file(own_key, days=(-30, -1))
    with pytest.raises(ImproperlyConfigured, match="expired on"):
        sign_pdf(unsigned, reason="Penetapan")


# --- time stamps: a real authority on loopback ---


def test_with_an_authority_the_signature_carries_its_time_stamp(
    own_key: Path, unsigned: bytes, settings: Any
) -> None:
    with timestamp_authority(own_key.parent) as authority:
        settings.SIGNING_TIMESTAMP_URL = authority.url
        signed = sign_pdf(unsigned, reason="Penetapan")
    oid = base64.b16encode(bytes.fromhex("060b2a864886f70d010910020e"))  # id-aa-timeStampToken
    assert (verify_pdf(signed).valid, oid in signed) == (True, True)
    assert "Signature Validation: Signature is Valid." in pdfsig(signed, own_key.parent)
    settings.SIGNING_TIMESTAMP_URL = ""
    assert oid not in sign_pdf(unsigned, reason="Penetapan")


@pytest.mark.parametrize("answer", ["error", "rubbish"])
def test_without_a_time_stamp_nothing_is_signed(
    own_key: Path, unsigned: bytes, settings: Any, answer: str
) -> None:
    with timestamp_authority(own_key.parent) as authority:
        settings.SIGNING_TIMESTAMP_URL, authority.answer = authority.url, answer
        with pytest.raises(TimestampMissing, match="nothing was signed"):
            sign_pdf(unsigned, reason="Penetapan")


def test_an_authority_that_is_down_or_no_address(own_key: Path, unsigned: bytes, settings: Any) -> None:
    settings.SIGNING_TIMESTAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(TimestampMissing):
        sign_pdf(unsigned, reason="Penetapan")
    settings.SIGNING_TIMESTAMP_URL = "file:///etc/hostname"
    with pytest.raises(ImproperlyConfigured, match="expected an http"):
        sign_pdf(unsigned, reason="Penetapan")
