"""A moment is believed only of the authority that is pinned."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from django.core.exceptions import ImproperlyConfigured
from django.utils.timezone import localdate
from pyhanko.sign.signers import pdf_signer

from deploy.tsa import TimestampAuthority, timestamp_authority
from sipinter.foundation.documents.signing import identity, trust
from sipinter.foundation.documents.signing.faults import SignatureFault
from sipinter.foundation.documents.signing.signer import TimestampMissing, _KeySigner, _signed, sign_pdf
from sipinter.foundation.documents.signing.timestamps import NoTimestamp, StampFault, stamp, verify_stamp
from sipinter.foundation.documents.signing.verifier import verify_pdf

from .making import pkcs12_file

DIGEST = hashlib.sha256(b"checkpoint").digest()


@pytest.fixture
def authority(keys: Path, settings: Any) -> Iterator[TimestampAuthority]:
    with timestamp_authority(keys) as running:
        settings.SIGNING_TIMESTAMP_URL = running.url
        settings.SIGNING_TIMESTAMP_AUTHORITY = str(running.pem)
        yield running


def test_a_stamp_says_when_the_authority_saw_the_digest(authority: TimestampAuthority) -> None:
    moment = verify_stamp(stamp(DIGEST), DIGEST)
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_stamp_of_other_bytes_proves_nothing(authority: TimestampAuthority) -> None:
    token = stamp(DIGEST)
    with pytest.raises(StampFault, match="of other bytes"):
        verify_stamp(token, hashlib.sha256(b"another").digest())
    with pytest.raises(StampFault, match="of other bytes"):
        verify_stamp(token, hashlib.sha384(b"checkpoint").digest())


def test_a_foreign_authority_proves_nothing_even_under_the_same_name(
    authority: TimestampAuthority, keys: Path, settings: Any
) -> None:
    (keys / "foreign").mkdir()
    with timestamp_authority(keys / "foreign") as foreign:
        settings.SIGNING_TIMESTAMP_URL = foreign.url
        with pytest.raises(NoTimestamp, match="not by the pinned authority"):
            stamp(DIGEST)
        settings.SIGNING_TIMESTAMP_AUTHORITY = ""
        token = stamp(DIGEST)
    settings.SIGNING_TIMESTAMP_AUTHORITY = str(authority.pem)
    with pytest.raises(StampFault, match="not by the pinned authority"):
        verify_stamp(token, DIGEST)


def test_no_changed_byte_of_a_stamp_is_believed(authority: TimestampAuthority) -> None:
    token = stamp(DIGEST)
    moment = verify_stamp(token, DIGEST)
    for at in range(0, len(token), 37):
        changed = token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :]
        try:
            assert verify_stamp(changed, DIGEST) == moment  # outside of what is signed, nothing else said
        except StampFault:
            continue


@pytest.mark.parametrize("token", [b"", b"0", b"\x30\x03\x02\x01\x01", b"<html>", b"\x30" * 100_000])
def test_what_is_no_stamp_is_refused(authority: TimestampAuthority, token: bytes) -> None:
    with pytest.raises(StampFault):
        verify_stamp(token, DIGEST)


def test_a_revoked_authority_vouches_for_nothing_from_then_on(
    authority: TimestampAuthority, settings: Any
) -> None:
    token = stamp(DIGEST)
    folder = Path(settings.SIGNING_TRUSTED)
    folder.mkdir()
    fingerprint = authority.certificate.fingerprint(hashes.SHA256()).hex()
    now = datetime.now(UTC)
    (folder / "revoked.txt").write_text(f"{fingerprint} {(now - timedelta(hours=1)).isoformat()}\n")
    with pytest.raises(StampFault, match="had been revoked"):
        verify_stamp(token, DIGEST)
    (folder / "revoked.txt").write_text(f"{fingerprint} {(now + timedelta(days=2)).isoformat()}\n# later\n")
    assert verify_stamp(token, DIGEST) <= datetime.now(UTC)


def test_without_an_authority_nothing_is_stamped_or_believed(
    authority: TimestampAuthority, keys: Path, settings: Any
) -> None:
    token = stamp(DIGEST)
    settings.SIGNING_TIMESTAMP_AUTHORITY = str(keys / "missing.pem")
    with pytest.raises(ImproperlyConfigured, match="holds no certificates"):
        verify_stamp(token, DIGEST)
    settings.SIGNING_TIMESTAMP_AUTHORITY = ""
    with pytest.raises(ImproperlyConfigured, match="no authority is pinned"):
        verify_stamp(token, DIGEST)
    settings.SIGNING_TIMESTAMP_URL = ""
    with pytest.raises(ImproperlyConfigured, match="no time-stamping authority is configured"):
        stamp(DIGEST)


# --- papers ---


def test_a_paper_was_signed_when_the_authority_says(
    authority: TimestampAuthority, own_key: Path, unsigned: bytes
) -> None:
    pkcs12_file(own_key, days=(-300, 30))
    authority.moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
    report = verify_pdf(sign_pdf(unsigned, reason="Penetapan"))
    assert (report.valid, report.signed_at, report.unstamped) == (True, authority.moment, False)


@pytest.fixture
def backdated(
    authority: TimestampAuthority,
    own_key: Path,
    unsigned: bytes,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], bytes]:
    """A paper by the key of an expired, trusted certificate on a machine whose clock was set back."""
    pkcs12_file(own_key, days=(-300, -100))
    monkeypatch.setattr(identity, "_require_in_force", lambda *args: None)
    trust.remember_certificate(identity.load_identity())
    earlier = datetime.now(UTC) - timedelta(days=200)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return earlier.astimezone(tz)

    def make() -> bytes:
        with monkeypatch.context() as patch:
            patch.setattr(pdf_signer, "datetime", Clock)
            return by_hand(unsigned, "Signature")

    return make


def by_hand(content: bytes, field: str) -> bytes:
    """As it is signed here, whatever the house would say of it."""
    return _signed(content, _KeySigner(identity.load_identity()), "Penetapan", "", "")


def test_an_expired_certificate_and_a_clock_set_back_make_nothing_genuine(
    backdated: Callable[[], bytes], settings: Any
) -> None:
    settings.SIGNING_TIMESTAMP_URL = ""
    forged, pinned = backdated(), settings.SIGNING_TIMESTAMP_AUTHORITY
    settings.SIGNING_TIMESTAMP_AUTHORITY = ""
    assert verify_pdf(forged).valid, "the attack itself must work, or this test shows nothing"
    settings.SIGNING_TIMESTAMP_AUTHORITY = pinned
    assert verify_pdf(forged).fault is SignatureFault.UNSTAMPED
    assert "no time stamp" in verify_pdf(forged).reason


def test_a_true_stamp_shows_that_it_was_made_after_the_certificates_time(
    backdated: Callable[[], bytes],
) -> None:
    assert verify_pdf(backdated()).fault is SignatureFault.OUT_OF_DATE


def test_a_foreign_stamp_does_not_help(backdated: Callable[[], bytes], keys: Path, settings: Any) -> None:
    (keys / "foreign").mkdir()
    with timestamp_authority(keys / "foreign") as foreign:
        foreign.moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=200)
        settings.SIGNING_TIMESTAMP_URL = foreign.url
        assert verify_pdf(backdated()).fault is SignatureFault.FOREIGN_STAMP


def test_earlier_papers_without_a_stamp_count_when_settings_say_since_when(
    backdated: Callable[[], bytes], settings: Any
) -> None:
    settings.SIGNING_TIMESTAMP_URL = ""
    earlier = backdated()
    settings.SIGNING_STAMPED_SINCE = localdate() - timedelta(days=150)
    report = verify_pdf(earlier)
    assert (report.valid, report.unstamped) == (True, True)
    settings.SIGNING_STAMPED_SINCE = localdate() - timedelta(days=250)
    assert verify_pdf(earlier).fault is SignatureFault.UNSTAMPED


def test_a_foreign_authority_signs_no_paper(
    authority: TimestampAuthority, own_key: Path, unsigned: bytes, keys: Path, settings: Any
) -> None:
    (keys / "foreign").mkdir()
    with timestamp_authority(keys / "foreign") as foreign:
        settings.SIGNING_TIMESTAMP_URL = foreign.url
        with pytest.raises(TimestampMissing, match="nothing was signed"):
            sign_pdf(unsigned, reason="Penetapan")
