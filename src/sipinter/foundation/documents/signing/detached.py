"""A signature beside a file, of the plainest kind: `openssl dgst -sha256 -verify` checks it."""

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding

from . import identity, trust


def current_certificate() -> tuple[str, bytes]:
    """SHA-256 (hex) of the certificate that signs now, and the certificate as PEM; kept for later readers."""
    present = identity.load_identity()
    trust.remember_certificate(present)
    certificate = present.certificate
    return certificate.fingerprint(hashes.SHA256()).hex(), certificate.public_bytes(Encoding.PEM)


def sign_bytes(data: bytes) -> bytes:
    """The signature of `data` by the signing key: PKCS#1 v1.5 for RSA, ECDSA for a curve, over SHA-256.

    ImproperlyConfigured without a usable key.
    """
    key = identity.load_identity().key
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, PKCS1v15(), hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def is_our_signature(data: bytes, signature: bytes, certificate: str) -> bool:
    """Whether `signature` over `data` is by that one of our certificates whose SHA-256 is `certificate`."""
    for known in trust.trusted_certificates():
        if known.certificate.fingerprint(hashes.SHA256()).hex() != certificate:
            continue
        return is_signature_by(known.certificate, data, signature)
    return False


def is_signature_by(certificate: x509.Certificate, data: bytes, signature: bytes) -> bool:
    """Whether `signature` over `data` is by the key of `certificate`, whoever's that is."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True
