"""Signatures beside a file, of the plainest kind: `openssl dgst -sha256 -verify` checks them."""

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from . import apart, identity, trust
from .bare import is_signature_by
from .subjects import SigningKind


def current_certificate() -> tuple[str, bytes]:
    """SHA-256 (hex) of the certificate that signs now, and the certificate as PEM; kept for later readers.

    ImproperlyConfigured without a usable key; SigningDown when the signing process does not answer.
    """
    if settings.SIGNING_SOCKET:
        pem = apart.ask_certificate()
        return x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex(), pem
    present = identity.load_identity()
    trust.remember_certificate(present)
    certificate = present.certificate
    return certificate.fingerprint(hashes.SHA256()).hex(), certificate.public_bytes(Encoding.PEM)


def sign_bytes(data: bytes, *, kind: SigningKind) -> bytes:
    """The signature of `data` by the signing key: PKCS#1 v1.5 for RSA, ECDSA for a curve, over SHA-256.

    `kind` says to a signing process apart what it is to judge `data` as. ImproperlyConfigured without a
    usable key; SigningDown when the signing process does not answer, SigningRefused when it refuses.
    """
    if settings.SIGNING_SOCKET:
        return apart.ask_signature(kind, data)
    return identity.load_identity().key.sign(data, "sha256")


def is_our_signature(data: bytes, signature: bytes, certificate: str) -> bool:
    """Whether `signature` over `data` is by that one of our certificates whose SHA-256 is `certificate`."""
    for known in trust.trusted_certificates():
        if known.certificate.fingerprint(hashes.SHA256()).hex() != certificate:
            continue
        return is_signature_by(known.certificate, data, signature)
    return False
