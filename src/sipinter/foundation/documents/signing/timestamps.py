"""Time stamps (RFC 3161): asked over HTTP of the authority in the settings, believed only of the pinned one.

The certificates of SIPINTER_SIGNING_TIMESTAMP_AUTHORITY are those that may vouch for a moment: the
authority's own, or one above it. `stamp` and `verify_stamp` are for whoever keeps a stamp beside a file;
`signature_stamp_moment` judges the one that lies in a signature.
"""

import asyncio
import hashlib
import hmac
import urllib.request
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from . import revocations

_SECONDS = 10
_MAX_BYTES = 64 * 1024
_DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}
_SHA256 = _DIGESTS["sha256"]


class NoTimestamp(Exception):
    """The authority gave no usable time stamp."""


class StampFault(Exception):
    """A time stamp that proves nothing: damaged, of other bytes, or not by the pinned authority."""


class HttpTimeStamper(TimeStamper):
    """Asks the authority at `url`; NoTimestamp for whatever goes wrong with it."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token for a digest."""
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except Exception as error:  # network, HTTP, ASN.1, a refusal, a wrong nonce: all mean no token
            raise NoTimestamp(str(error)) from error

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer to one request."""
        return await asyncio.to_thread(self._ask, req.dump())

    def _ask(self, body: bytes) -> tsp.TimeStampResp:
        request = urllib.request.Request(  # noqa: S310  # the scheme is checked in configured()
            self.url,
            data=body,
            headers={"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"},
        )
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return tsp.TimeStampResp.load(answer.read(_MAX_BYTES))


def stamp(digest: bytes) -> bytes:
    """The configured authority's token (DER) for a SHA-256 digest (32 bytes).

    ImproperlyConfigured when no authority is configured; NoTimestamp when it gives none, or one that
    `verify_stamp` would refuse.
    """
    if len(digest) != _SHA256:
        raise ValueError("a SHA-256 digest has 32 bytes")
    authority = configured_timestamper()
    if authority is None:
        raise ImproperlyConfigured("SIPINTER_SIGNING_TIMESTAMP_URL: no time-stamping authority is configured")
    token = bytes(asyncio.run(authority.async_timestamp(digest, "sha256")).dump())
    if pinned_certificates():
        try:
            verify_stamp(token, digest)
        except StampFault as fault:
            raise NoTimestamp(str(fault)) from fault
    return token


def verify_stamp(token: bytes, digest: bytes) -> datetime:
    """The moment (aware) at which the pinned authority saw `digest`, of SHA-256, SHA-384 or SHA-512.

    StampFault with a sentence when it did not; ImproperlyConfigured when no authority is pinned.
    """
    pinned = pinned_certificates()
    if not pinned:
        raise ImproperlyConfigured("SIPINTER_SIGNING_TIMESTAMP_AUTHORITY: no authority is pinned")
    if len(token) > _MAX_BYTES:
        raise StampFault("the time stamp is larger than any")
    try:
        signed, info = _parse_token(token)
        algorithm = info["message_imprint"]["hash_algorithm"]["algorithm"].native
        imprint = info["message_imprint"]["hashed_message"].native
        moment: datetime = info["gen_time"].native
    except Exception:  # whatever asn1crypto stumbles over in bytes it did not write
        raise StampFault("the time stamp cannot be read") from None
    if _DIGESTS.get(algorithm) != len(digest) or not hmac.compare_digest(imprint, digest):
        raise StampFault("the time stamp is of other bytes")
    _require_pinned(signed, moment, algorithm, digest, pinned)
    return moment


def signature_stamp_moment(info: cms.SignerInfo) -> datetime | None:
    """When the pinned authority saw the signature `info`; None where it bears no stamp.

    StampFault as in `verify_stamp`.
    """
    attributes = info["unsigned_attrs"] or ()
    tokens = [
        value
        for attribute in attributes
        if attribute["type"].native == "signature_time_stamp_token"
        for value in attribute["values"]
    ]
    if not tokens:
        return None
    if len(tokens) > 1:
        raise StampFault("the signature bears several time stamps")
    token = tokens[0].dump()
    try:
        _signed, stamped = _parse_token(token)
        algorithm = stamped["message_imprint"]["hash_algorithm"]["algorithm"].native
    except Exception:
        raise StampFault("the time stamp cannot be read") from None
    if algorithm not in _DIGESTS:
        raise StampFault("the time stamp is of other bytes")
    return verify_stamp(token, hashlib.new(algorithm, info["signature"].native).digest())


def _parse_token(token: bytes) -> tuple[cms.SignedData, tsp.TSTInfo]:
    content = cms.ContentInfo.load(token, strict=True)
    if content["content_type"].native != "signed_data":
        raise ValueError("not a time stamp")
    signed = content["content"]
    info = signed["encap_content_info"]["content"].parsed
    if not isinstance(info, tsp.TSTInfo) or len(signed["signer_infos"]) != 1:
        raise ValueError("not a time stamp")
    return signed, info


def _require_pinned(
    signed: cms.SignedData,
    moment: datetime,
    algorithm: str,
    digest: bytes,
    pinned: tuple[x509.Certificate, ...],
) -> None:
    """Signed, for time stamps, by a pinned certificate or one under it, in force and not revoked then."""
    context = ValidationContext(
        trust_roots=[_asn1(certificate) for certificate in pinned],
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
    )

    def imprint(asked: str) -> bytes:
        return digest if asked == algorithm else b""

    try:
        status = TimestampSignatureStatus(
            **asyncio.run(validate_tst_signed_data(signed, context, expected_tst_imprint=imprint))
        )
    except Exception:  # whatever pyHanko stumbles over in bytes that nobody vouches for
        raise StampFault("the time stamp cannot be verified") from None
    if not (status.intact and status.valid):
        raise StampFault("the time stamp was changed")
    if not status.trusted or status.validation_path is None:
        raise StampFault("the time stamp is not by the pinned authority, or its certificate was not in force")
    for certificate in status.validation_path.iter_certs(include_root=True):
        revoked = revocations.revocation_moment(x509.load_der_x509_certificate(certificate.dump()))
        if revoked is not None and moment >= revoked:
            raise StampFault("the time stamp was made after its certificate had been revoked")


def pinned_certificates() -> tuple[x509.Certificate, ...]:
    """The certificates that may vouch for a moment; none where no authority is pinned.

    ImproperlyConfigured when the file of SIPINTER_SIGNING_TIMESTAMP_AUTHORITY cannot be used.
    """
    if not settings.SIGNING_TIMESTAMP_AUTHORITY:
        return ()
    path = Path(settings.SIGNING_TIMESTAMP_AUTHORITY)
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        raise ImproperlyConfigured(
            f"SIPINTER_SIGNING_TIMESTAMP_AUTHORITY: {path} holds no certificates in PEM form"
        ) from None


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(path.read_bytes()))


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def configured_timestamper() -> HttpTimeStamper | None:
    """The authority of SIPINTER_SIGNING_TIMESTAMP_URL, or None when none is set."""
    url = settings.SIGNING_TIMESTAMP_URL
    if not url:
        return None
    if not url.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"SIPINTER_SIGNING_TIMESTAMP_URL={url!r}: expected an http(s) address")
    return _stamper(url)


@lru_cache(maxsize=2)
def _stamper(url: str) -> HttpTimeStamper:
    """Kept, since its first request only measures how much room a token takes."""
    return HttpTimeStamper(url)
