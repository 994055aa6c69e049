"""A moment is believed only of the authority that is pinned."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from django.core.exceptions import ImproperlyConfigured

from deploy.tsa import TimestampAuthority, timestamp_authority
from sipinter.foundation.documents.signing.timestamps import NoTimestamp, StampFault, stamp, verify_stamp

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
