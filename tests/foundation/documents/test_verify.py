"""Whatever is not byte for byte a document signed here is refused with its reason."""

import io
import re
import time
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from babel.messages.pofile import read_po
from hypothesis import HealthCheck, given
from hypothesis import settings as rounds
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from sipinter.foundation.documents.signing import identity
from sipinter.foundation.documents.signing.facts import MAX_BYTES
from sipinter.foundation.documents.signing.faults import SignatureFault
from sipinter.foundation.documents.signing.signer import _KeySigner, sign_pdf
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.site.config import messages

from .making import pkcs12_file

RANGE = re.compile(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]")


def hole(signed: bytes) -> tuple[int, int]:
    """First and last+1 byte of the signature's own place, `<` and `>` included."""
    found = RANGE.search(signed)
    assert found
    return int(found[1]), int(found[2])


@pytest.fixture(scope="module")
def fixed(tmp_path_factory: pytest.TempPathFactory, unsigned: bytes) -> Any:
    """A signed document and the settings in which it is valid, for tests of many rounds."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("keys")
    pkcs12_file(folder / "own.p12")
    with override_settings(
        VAR=folder,
        SIGNING_TRUSTED=folder / "trusted",
        SIGNING_PKCS12=str(folder / "own.p12"),
        SIGNING_PASSWORD="rahasia",
    ):
        signed = sign_pdf(unsigned, reason="Penetapan")
        assert verify_pdf(signed).valid
        yield signed


@given(where=st.floats(0, 1, exclude_max=True), by=st.integers(1, 255))
@rounds(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_byte_changed_anywhere_is_never_valid(fixed: bytes, where: float, by: int) -> None:
    changed = bytearray(fixed)
    changed[int(where * len(fixed))] ^= by
    assert not verify_pdf(bytes(changed)).valid


@given(where=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@rounds(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nor_is_one_bit_changed_in_the_signature_itself(fixed: bytes, where: float, bit: int) -> None:
    """Its own place is outside the signed range: hexadecimal case, padding and unsigned parts count too."""
    start, end = hole(fixed)
    changed = bytearray(fixed)
    changed[start + int(where * (end - start))] ^= 1 << bit
    assert not verify_pdf(bytes(changed)).valid


@given(where=st.floats(0, 1, exclude_max=True), value=st.integers(0, 255))
@rounds(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nor_is_one_byte_of_its_structure(fixed: bytes, where: float, value: int) -> None:
    start, end = hole(fixed)
    der = bytearray.fromhex(fixed[start + 1 : end - 1].decode())
    place = int(where * len(der))
    if der[place] == value:
        return
    der[place] = value
    assert not verify_pdf(fixed[: start + 1] + der.hex().upper().encode() + fixed[end - 1 :]).valid


@given(content=st.binary(max_size=400))
@rounds(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rubbish_never_raises(fixed: bytes, content: bytes) -> None:
    start, end = hole(fixed)
    found = [
        verify_pdf(content),
        verify_pdf(b"%PDF-1.7\n" + content),
        verify_pdf(fixed[: start + 1] + content.hex().upper().encode() + fixed[end - 1 :]),
        verify_pdf(fixed[:start] + content + fixed[end:]),
    ]
    assert [report.valid for report in found] == [False] * 4


@given(length=st.floats(0, 1, exclude_max=True))
@rounds(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_truncated_file_is_never_valid(fixed: bytes, length: float) -> None:
    assert not verify_pdf(fixed[: int(length * len(fixed))]).valid


def test_truncated_files_are_told_apart_from_unsigned_ones(signed: bytes, unsigned: bytes) -> None:
    found = [verify_pdf(signed[:-1]), verify_pdf(signed[: len(signed) // 2]), verify_pdf(unsigned)]
    assert [report.fault for report in found] == [
        SignatureFault.TRUNCATED,
        SignatureFault.TRUNCATED,
        SignatureFault.UNSIGNED,
    ]


@pytest.mark.parametrize("extra", [b"\n", b" ", b"\x00", b"%comment", b"\n1 0 obj<</A 1>>endobj\n%%EOF"])
def test_appended_bytes_are_refused(signed: bytes, extra: bytes) -> None:
    report = verify_pdf(signed + extra)
    assert (report.valid, report.covers_whole_document, report.fault) == (
        False,
        False,
        SignatureFault.APPENDED,
    )
    assert report.reason == "Something was added to the document after it was signed."


def test_an_incremental_update_that_changes_the_page_is_refused(signed: bytes) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed), strict=False)
    writer.root["/Lang"] = generic.TextStringObject("en")
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(signed)
    assert verify_pdf(out.getvalue()).fault == SignatureFault.APPENDED


def test_a_saved_copy_is_refused(signed: bytes) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as document:
        document.save(out)
    assert not verify_pdf(out.getvalue()).valid


def test_a_byte_range_that_leaves_something_out_is_refused(signed: bytes) -> None:
    """The signed bytes as they are, other bytes in the gap between them."""
    start, end = hole(signed)
    wider = b"<" + b"41" * 200 + b">"
    moved = signed[:start] + wider + signed[start:]
    assert verify_pdf(moved).fault in {
        SignatureFault.APPENDED,
        SignatureFault.CHANGED,
        SignatureFault.MALFORMED,
    }
    swapped = signed[:start] + signed[start:end].lower() + signed[end:]
    assert verify_pdf(swapped).fault == SignatureFault.MALFORMED


def by_hand(content: bytes, field: str) -> bytes:
    """Signed with our key, but by pyHanko's plain signer and without certification."""
    signer = PdfSigner(
        PdfSignatureMetadata(field_name=field),
        _KeySigner(identity.load_identity()),
        new_field_spec=SigFieldSpec(field),
    )
    return bytes(signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content))).getbuffer())


def test_a_second_signature_is_refused(own_key: Path, unsigned: bytes) -> None:
    once = by_hand(unsigned, "First")
    assert verify_pdf(by_hand(once, "Second")).fault == SignatureFault.SEVERAL


def test_another_certificate_with_the_same_name_is_refused(
    own_key: Path, signed: bytes, unsigned: bytes
) -> None:
    trusted = own_key.parent / "trusted"
    kept = {path.name: path.read_bytes() for path in trusted.iterdir()}
    original = own_key.read_bytes()
    pkcs12_file(own_key)  # same subject, another key
    forged = sign_pdf(unsigned, reason="Penetapan")
    own_key.write_bytes(original)
    for path in trusted.iterdir():
        if path.name not in kept:
            path.unlink()
    report = verify_pdf(forged)
    assert (report.valid, report.intact, report.trusted, report.fault) == (
        False,
        True,
        False,
        SignatureFault.FOREIGN,
    )
    assert report.reason == "The document was signed by Badan Pengawas Sistem Merit, not by this authority."
    assert report.signed_at is None
    assert verify_pdf(signed).valid


def test_a_certificate_of_the_same_authority_is_refused(
    own_key: Path, unsigned: bytes, settings: Any
) -> None:
    """Only our own certificates count, not the authority above them."""
    pkcs12_file(own_key, name="Orang Lain", authority=True)
    forged = sign_pdf(unsigned, reason="Penetapan")
    (kept,) = (own_key.parent / "trusted").iterdir()
    ours, above = kept.read_text().split("-----BEGIN CERTIFICATE-----")[1:]
    kept.write_text("-----BEGIN CERTIFICATE-----" + above)
    pkcs12_file(own_key)
    assert (verify_pdf(forged).fault, "-----END" in ours) == (SignatureFault.FOREIGN, True)


def test_signatures_from_outside_the_certificates_time_are_refused(
    own_key: Path, unsigned: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stolen key of an expired certificate signs nothing, even with the expiry check passed by."""
    pkcs12_file(own_key, days=(-30, -1))
    monkeypatch.setattr(identity, "_require_in_force", lambda *args: None)
    report = verify_pdf(by_hand(unsigned, "Signature"))
    assert (report.valid, report.fault) == (False, SignatureFault.OUT_OF_DATE)


def test_documents_stay_valid_after_their_certificate_expired(
    own_key: Path, unsigned: bytes, settings: Any
) -> None:
    pkcs12_file(own_key, days=(-1, 1))
    signed = sign_pdf(unsigned, reason="Penetapan")
    later = datetime.now().astimezone() + timedelta(days=400)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return later.astimezone(tz)

    pytest.MonkeyPatch().setattr(identity, "datetime", Clock)
    try:
        assert verify_pdf(signed).valid
    finally:
        pytest.MonkeyPatch().setattr(identity, "datetime", datetime)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", SignatureFault.NOT_A_PDF),
        (b"PK\x03\x04", SignatureFault.NOT_A_PDF),
        (b"\n%PDF-1.7\n%%EOF", SignatureFault.NOT_A_PDF),
        (b"%PDF-1.7\n%%EOF", SignatureFault.UNSIGNED),
        (b"%PDF-1.7\n", SignatureFault.TRUNCATED),
        (b"%PDF-1.7 /ByteRange [0 5 3 1] %%EOF", SignatureFault.MALFORMED),
        (b"%PDF-1.7 /ByteRange [0 0 0 0] %%EOF", SignatureFault.MALFORMED),
        (b"%PDF-1.7 /ByteRange [1 2 3 4] %%EOF", SignatureFault.MALFORMED),
        (b"%PDF-1.7 /ByteRange [0 9 999999999 999999999]", SignatureFault.TRUNCATED),
        (b"%PDF-1.7 /ByteRange /ByteRange", SignatureFault.SEVERAL),
        (b"%PDF-1.7" + b" " * MAX_BYTES, SignatureFault.TOO_LARGE),
    ],
)
def test_what_is_none_of_ours_is_named(own_key: Path, content: bytes, fault: SignatureFault) -> None:
    report = verify_pdf(content)
    assert (report.valid, report.intact, report.trusted, report.fault) == (False, False, False, fault)
    assert len(report.reason) > 20


def test_huge_and_hostile_files_take_no_time(own_key: Path, signed: bytes) -> None:
    start, end = hole(signed)
    bomb = zlib.compress(b"\x00" * 200_000_000, 9)
    stream = b"1 0 obj<</Length %d/Filter/FlateDecode/Type/ObjStm>>stream\n" % len(bomb) + bomb
    hostile = [
        b"%PDF-1.7\n" + stream + b"\nendstream endobj /ByteRange [0 9 20 30]%%EOF",
        b"%PDF-1.7\n" + b"/ByteRange [0 " * 500_000,
        b"%PDF-1.7\n" + b"[" * 9_000_000 + b"%%EOF",
        signed[: start + 1] + b"30" * 30_000 + signed[end - 1 :],
        signed[: start + 1] + b"A080" * 8_000 + signed[end - 1 :],
    ]
    before = time.process_time()
    assert [verify_pdf(content).valid for content in hostile] == [False] * 5
    assert time.process_time() - before < 2


def test_when_nothing_can_be_checked_the_file_is_not_blamed(
    own_key: Path, signed: bytes, settings: Any
) -> None:
    for path in (own_key.parent / "trusted").iterdir():
        path.write_text("not a certificate")
    report = verify_pdf(signed)
    assert (report.valid, report.fault) == (False, SignatureFault.UNAVAILABLE)
    assert report.reason.startswith("Signatures cannot be checked at the moment.")


def test_every_text_has_its_indonesian_wording() -> None:
    room = messages.PACKAGE / "foundation/documents"
    with (room / "locale/id/LC_MESSAGES/django.po").open("rb") as source:
        translated = {entry.id: entry.string for entry in read_po(source, locale="id") if entry.id}
    needed = {entry.id for entry in messages.extract_messages(room) if entry.id}
    assert set(translated) == needed
    marks = re.compile(r"%\(\w+\)s")
    assert [own for own, said in translated.items() if marks.findall(own) != marks.findall(said)] == []
    assert [own for own, said in translated.items() if not said or said == own] == []
