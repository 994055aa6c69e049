"""The certificates that have signed here: the present one and all before it.

Trust is in these very certificates, not in the authority that issued them: whoever else holds a certificate
of the same authority must not be able to sign a decision of ours.
"""

import logging
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from . import identity

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TrustedCertificate:
    """A certificate of ours and, as DER, every certificate that may stand beside it in a signature."""

    certificate: x509.Certificate
    chain: frozenset[bytes]


def trusted_certificates(*, make_key: bool = True) -> list[TrustedCertificate]:
    """Every certificate whose signatures are ours; `make_key` as in `load_identity`.

    ImproperlyConfigured when there is none at all, or a file of SIPINTER_SIGNING_TRUSTED is no certificate.
    """
    former = [
        _read(path, path.stat().st_mtime_ns) for path in sorted(Path(settings.SIGNING_TRUSTED).glob("*.pem"))
    ]
    try:
        present = identity.load_identity(make_key=make_key)
    except ImproperlyConfigured:
        if not former:  # who only verifies, or has others sign, needs no key
            raise
        return former
    return [*former, _trusted(present.certificate, present.chain)]


def remember_certificate(present: identity.SigningIdentity) -> None:
    """Keep the certificate in the folder of trusted ones, so that its signatures outlive its replacement.

    A folder that cannot be written is the operator's choice; the log then names the file to put there.
    """
    folder = Path(settings.SIGNING_TRUSTED)
    path = folder / f"{present.certificate.fingerprint(hashes.SHA256()).hex()[:32]}.pem"
    if path.exists():
        return
    pem = b"".join(c.public_bytes(Encoding.PEM) for c in (present.certificate, *present.chain))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        log.warning("The signing certificate could not be kept as %s: %s", path, error)


@lru_cache(maxsize=64)
def _read(path: Path, mtime: int) -> TrustedCertificate:
    try:
        first, *chain = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        raise ImproperlyConfigured(f"{path}: not a certificate in PEM form") from None
    return _trusted(first, tuple(chain))


def _trusted(certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> TrustedCertificate:
    return TrustedCertificate(
        certificate, frozenset(c.public_bytes(Encoding.DER) for c in (certificate, *chain))
    )
