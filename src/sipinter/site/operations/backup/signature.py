"""Who made a backup: its end record, in which the hash of everything stands, is signed by the site's key.

The certificate beside the signature says nothing by itself: whoever changes a backup can put in their own.
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.documents.signing import bare, detached, revocations, trust
from sipinter.foundation.documents.signing.subjects import SigningKind

from .archive import BackupContents, BackupDamaged, BackupError

# Before the signed bytes, so that no signature on anything else passes for one on a backup.
PURPOSE = b"SIPINTER backup\n"


def sign_end(end: bytes) -> dict[str, Any] | None:
    """The signature of an end record with its certificate; None when no usable key can be reached."""
    try:
        _fingerprint, pem = detached.current_certificate()
        signature = detached.sign_bytes(PURPOSE + end, kind=SigningKind.BACKUP)
    except (ImproperlyConfigured, NotAnswering):
        return None
    return {"certificate": pem.decode(), "signature": base64.b64encode(signature).decode()}


def require_signature(
    contents: BackupContents, name: str, *, trusted: frozenset[str], unsigned: bool
) -> None:
    """Pass when the backup is signed by a certificate that this machine trusts, or that is among `trusted`.

    `trusted` are SHA-256 in small hexadecimal. With `unsigned` a backup without a signature, or with that of
    an unknown or revoked certificate, passes too. BackupDamaged, always, when the signature does not fit.
    """
    if contents.signature is None:
        if not unsigned:
            raise BackupError(
                _(
                    "%(name)s: it is not signed, so anybody may have changed it;"
                    " --unsigned restores it all the same"
                )
                % {"name": name}
            )
        return
    certificate = _certificate(contents, name)
    if not unsigned and fingerprint(certificate) not in trusted:
        _require_trusted(certificate, contents, name)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in small hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _certificate(contents: BackupContents, name: str) -> x509.Certificate:
    """The certificate beside the signature, which is its own. BackupDamaged otherwise."""
    try:
        assert contents.signature is not None
        certificate = x509.load_pem_x509_certificate(contents.signature["certificate"].encode())
        signature = base64.b64decode(contents.signature["signature"], validate=True)
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error):
        raise BackupDamaged(_("%(name)s: its signature is damaged") % {"name": name}) from None
    if not bare.is_signature_by(certificate, PURPOSE + contents.end_bytes, signature):
        raise BackupDamaged(
            _("%(name)s: its signature does not fit: it was changed after it was signed") % {"name": name}
        )
    return certificate


def _require_trusted(certificate: x509.Certificate, contents: BackupContents, name: str) -> None:
    about = {
        "name": name,
        "signer": certificate.subject.rfc4514_string(),
        "sha256": fingerprint(certificate),
    }
    if fingerprint(certificate) not in trusted_fingerprints():
        raise BackupError(
            _(
                "%(name)s: it is signed by %(signer)s, whom this machine does not trust;"
                " --trust %(sha256)s trusts that certificate"
            )
            % about
        )
    made = datetime.fromisoformat(contents.manifest["at"])
    if revocations.is_revoked(certificate):
        raise BackupError(_("%(name)s: the certificate that signed it, %(sha256)s, is revoked") % about)
    if not certificate.not_valid_before_utc <= made <= certificate.not_valid_after_utc:
        raise BackupError(
            _("%(name)s: the certificate that signed it, %(sha256)s, was not in force then") % about
        )


def trusted_fingerprints() -> frozenset[str]:
    """SHA-256 of the certificates that this machine trusts by its settings; no key is made for the answer."""
    try:
        known = trust.trusted_certificates(make_key=False)
    except ImproperlyConfigured:
        return frozenset()
    return frozenset(fingerprint(one.certificate) for one in known)
