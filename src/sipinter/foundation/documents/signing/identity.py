"""The key that signs: on a PKCS#11 token, in a PKCS#12 file or, in a demonstration, made here once.

Where SIPINTER_SIGNING_SOCKET is set it is in another process, and nowhere in this one.
"""

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .bare import is_signature_by
from .keys import FileKey, SigningKey, TokenKey
from .revocations import is_revoked

_DEMONSTRATION_YEARS = 10
_DEMONSTRATION_NAME = "Tanda tangan peragaan SIPINTER (demonstration only)"


@dataclass(frozen=True)
class SigningIdentity:
    """A private key, its certificate, and the certificates of the authorities above it."""

    key: SigningKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def load_identity(*, make_key: bool = True) -> SigningIdentity:
    """The signing identity in force now; with `make_key` the demonstration makes one where there is none.

    ImproperlyConfigured, saying what to do, when there is none, its file or password is wrong, its key is too
    weak, or its certificate is not (or no longer) in force, revoked or not meant for signatures.
    """
    if settings.SIGNING_SOCKET:
        raise ImproperlyConfigured("SIPINTER_SIGNING_SOCKET: the signing key is in the signing process only")
    if settings.SIGNING_PKCS11:
        return _token_identity()
    path, password = _source(make_key)
    try:
        stat = path.stat()
    except OSError as error:
        raise ImproperlyConfigured(f"{path}: the signing key cannot be read ({error.strerror})") from None
    identity = _read(path, password, stat.st_mtime_ns, stat.st_size)
    _require_in_force(identity.certificate, path)
    return identity


def _source(make_key: bool) -> tuple[Path, str]:
    """File and password of the PKCS#12."""
    if settings.SIGNING_PKCS12:
        return Path(settings.SIGNING_PKCS12), settings.SIGNING_PASSWORD
    if not settings.SIGNING_SELF_MADE:
        raise ImproperlyConfigured(
            "No key to sign decisions with: set SIPINTER_SIGNING_PKCS12 and SIPINTER_SIGNING_PASSWORD"
            " (only the demonstration makes its own key)"
        )
    path = Path(settings.VAR) / "signing.p12"
    if make_key and not path.exists():
        make_demonstration_key(path)
    return path, ""


@lru_cache(maxsize=4)
def _read(path: Path, password: str, mtime: int, size: int) -> SigningIdentity:
    """Opening a PKCS#12 is slow on purpose; `mtime` and `size` make a replaced file be read again."""
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(
            path.read_bytes(), password.encode() if password else None
        )
    except (OSError, ValueError):
        raise ImproperlyConfigured(
            f"{path}: not a PKCS#12 file, or SIPINTER_SIGNING_PASSWORD does not open it"
        ) from None
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ImproperlyConfigured(f"{path}: needs an RSA or elliptic-curve key with its certificate")
    if key.key_size < (2048 if isinstance(key, rsa.RSAPrivateKey) else 256):
        raise ImproperlyConfigured(f"{path}: a key of {key.key_size} bits is too weak to sign with")
    _require_for_signatures(certificate, path)
    return SigningIdentity(FileKey(key), certificate, tuple(chain))


def _token_identity() -> SigningIdentity:
    """The key on the token with the certificate of SIPINTER_SIGNING_CERTIFICATE."""
    path = Path(settings.SIGNING_CERTIFICATE)
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise ImproperlyConfigured(
            f"SIPINTER_SIGNING_CERTIFICATE: {path} cannot be read ({error.strerror})"
        ) from None
    place = (settings.SIGNING_PKCS11, settings.SIGNING_TOKEN, settings.SIGNING_KEY, settings.SIGNING_PASSWORD)
    identity = _read_token(path, changed, *place)
    _require_in_force(identity.certificate, path)
    return identity


@lru_cache(maxsize=4)
def _read_token(path: Path, changed: int, module: str, token: str, label: str, pin: str) -> SigningIdentity:
    """The token is asked for one signature, which the certificate must bear out."""
    try:
        certificate, *chain = x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        raise ImproperlyConfigured(
            f"SIPINTER_SIGNING_CERTIFICATE: {path} holds no certificate in PEM form"
        ) from None
    _require_for_signatures(certificate, path)
    key = TokenKey(module, token, label, pin)
    if not is_signature_by(certificate, b"sipinter", key.sign(b"sipinter", "sha256")):
        raise ImproperlyConfigured(f"{path}: the certificate is not that of the key {label!r} on the token")
    return SigningIdentity(key, certificate, tuple(chain))


def _require_for_signatures(certificate: x509.Certificate, path: Path) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise ImproperlyConfigured(f"{path}: the certificate is not meant for signatures (key usage)")


def _require_in_force(certificate: x509.Certificate, path: Path) -> None:
    now = datetime.now(UTC)
    if is_revoked(certificate):
        raise ImproperlyConfigured(
            f"{path}: the signing certificate is revoked; put another PKCS#12 in its place"
        )
    if now > certificate.not_valid_after_utc:
        raise ImproperlyConfigured(
            f"{path}: the signing certificate expired on {certificate.not_valid_after_utc:%d %B %Y};"
            " put a renewed PKCS#12 in its place"
        )
    if now < certificate.not_valid_before_utc:
        raise ImproperlyConfigured(
            f"{path}: the signing certificate is not in force before"
            f" {certificate.not_valid_before_utc:%d %B %Y}"
        )


def make_demonstration_key(path: Path) -> None:
    """Write a self-made key and certificate to `path`, readable by its owner only.

    When several processes start at once, the first to finish wins and the others use its key.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".signing-")  # created with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_demonstration_pkcs12())
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)  # fails when the name is taken: never replaces a key that has signed something
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def _demonstration_pkcs12() -> bytes:
    """RSA, because every PDF reader checks it; a subject that nobody takes for a real authority."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "SIPINTER demonstration"),
            x509.NameAttribute(NameOID.COMMON_NAME, _DEMONSTRATION_NAME),
        ]
    )
    start = datetime.now(UTC) - timedelta(minutes=5)
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * _DEMONSTRATION_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"sipinter", key, certificate, None, serialization.NoEncryption()
    )
