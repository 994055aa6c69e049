"""Private keys that sign: one read from a file, or one that never leaves its token (PKCS#11)."""

import hashlib
from functools import lru_cache
from typing import Any, Protocol

import pkcs11
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from pkcs11.util.ec import encode_ecdsa_signature

from sipinter.foundation.access.errors import NotAnswering

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_RSA = {
    "sha256": pkcs11.Mechanism.SHA256_RSA_PKCS,
    "sha384": pkcs11.Mechanism.SHA384_RSA_PKCS,
    "sha512": pkcs11.Mechanism.SHA512_RSA_PKCS,
}


class SigningKey(Protocol):
    """What a signature needs of a key."""

    def sign(self, data: bytes, digest: str) -> bytes:
        """The bare signature of `data` with `digest` (sha256, ...): PKCS#1 v1.5 for RSA, ECDSA for a curve.

        NotAnswering when the key cannot be reached at the moment.
        """


class FileKey:
    """A key in the memory of this process."""

    def __init__(self, private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    def sign(self, data: bytes, digest: str) -> bytes:
        """As `SigningKey.sign`."""
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, PKCS1v15(), _DIGESTS[digest])
        return self._private.sign(data, ec.ECDSA(_DIGESTS[digest]))


class TokenKey:
    """The key called `label` on the token called `token`, reached through the PKCS#11 `module` (a path)."""

    def __init__(self, module: str, token: str, label: str, pin: str) -> None:
        self._place = (module, token, label, pin)

    def sign(self, data: bytes, digest: str) -> bytes:
        """As `SigningKey.sign`."""
        try:
            return self._sign(data, digest)
        except pkcs11.PKCS11Error:  # a token that was away in between needs a new session
            _open_key.cache_clear()
        try:
            return self._sign(data, digest)
        except pkcs11.PKCS11Error as error:
            raise NotAnswering(
                _("The token with the signing key does not answer. Nothing was signed.")
            ) from error

    def _sign(self, data: bytes, digest: str) -> bytes:
        key = _open_key(*self._place)
        if key.key_type is pkcs11.KeyType.RSA:
            return bytes(key.sign(data, mechanism=_RSA[digest]))
        hashed = hashlib.new(digest, data).digest()
        return bytes(encode_ecdsa_signature(key.sign(hashed, mechanism=pkcs11.Mechanism.ECDSA)))


@lru_cache(maxsize=1)
def _open_key(module: str, token: str, label: str, pin: str) -> Any:
    """Kept open, for a token may take seconds to sign in to; ImproperlyConfigured names what is wrong."""
    about = f"SIPINTER_SIGNING_PKCS11: {module}"
    try:
        library = pkcs11.lib(module)
    except RuntimeError:
        raise ImproperlyConfigured(f"{about} is not a PKCS#11 module") from None
    try:
        session = library.get_token(token_label=token).open(user_pin=pin)
    except pkcs11.NoSuchToken:
        library.reinitialize()  # a module lists the tokens that were there when it began
        raise ImproperlyConfigured(f"{about}: no token is called {token!r}") from None
    except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange):
        raise ImproperlyConfigured(f"{about}: SIPINTER_SIGNING_PASSWORD is not the token's PIN") from None
    try:
        return session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
    except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned):
        session.close()
        raise ImproperlyConfigured(f"{about}: the token does not hold one key called {label!r}") from None
