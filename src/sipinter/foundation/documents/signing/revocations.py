"""Certificates of ours that no longer vouch: `revoked.txt` beside the trusted ones, a line each.

    SHA-256 of the certificate, a blank, the moment from which it is revoked (2026-11-01T08:00:00+07:00)

What follows `#` is for the reader. A list that cannot be understood stops every verification: a line that
was meant to take trust away must not be passed over.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.timezone import is_naive, make_aware

LIST = "revoked.txt"


def revocation_moment(certificate: x509.Certificate) -> datetime | None:
    """From when (aware) the certificate is revoked; None when it is not.

    ImproperlyConfigured when the list cannot be read or understood.
    """
    path = Path(settings.SIGNING_TRUSTED) / LIST
    try:
        changed = path.stat().st_mtime_ns
    except (FileNotFoundError, NotADirectoryError):
        return None
    return _read(path, changed).get(certificate.fingerprint(hashes.SHA256()).hex())


def is_revoked(certificate: x509.Certificate) -> bool:
    """Whether the certificate is revoked by now."""
    moment = revocation_moment(certificate)
    return moment is not None and moment <= datetime.now(UTC)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> dict[str, datetime]:
    """Moments by the certificate's SHA-256; of several lines for one, the earliest holds."""
    found: dict[str, datetime] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(f"{path}: cannot be read ({type(error).__name__})") from None
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            fingerprint, text = words
            moment = datetime.fromisoformat(text)
        except ValueError:
            fingerprint, moment = "", datetime.max
        if not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
            raise ImproperlyConfigured(f"{path}, line {number}: expected a SHA-256 and a moment")
        aware = make_aware(moment) if is_naive(moment) else moment
        found[fingerprint] = min(aware, found.get(fingerprint, aware))
    return found
