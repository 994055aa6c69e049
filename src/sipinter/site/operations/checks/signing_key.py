"""The key that signs decisions and certificates."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.documents.signing import detached, timestamps

from ..finding import Finding, error_finding, note_finding

VARIABLE = "SIPINTER_SIGNING_PKCS12"
SOCKET = "SIPINTER_SIGNING_SOCKET"
SOON = timedelta(days=60)


def check_signing_key() -> Iterator[Finding]:
    """Whether a decision could be signed today, by a certificate that readers can trust, and by whom."""
    if not (settings.SIGNING_PKCS12 or settings.SIGNING_PKCS11 or settings.SIGNING_SOCKET):
        yield error_finding(VARIABLE, "there is no key to sign decisions with", "give a PKCS#12 file")
        return
    yield from _check_process()
    try:
        certificate = x509.load_pem_x509_certificate(detached.current_certificate()[1])
    except ImproperlyConfigured as wrong:
        yield error_finding(VARIABLE, str(wrong), "put a sound PKCS#12 file in its place")
        return
    except NotAnswering:
        yield error_finding(
            SOCKET, "the signing process does not answer", "start `sipinter sign serve`, look into its log"
        )
        return
    if certificate.issuer == certificate.subject:
        yield error_finding(
            VARIABLE, "the certificate is self-made: no reader trusts it", "use one of an authority"
        )
    if certificate.not_valid_after_utc - datetime.now(UTC) < SOON:
        yield note_finding(
            VARIABLE, f"expires on {certificate.not_valid_after_utc:%Y-%m-%d}", "order a new one"
        )
    try:
        timestamps.configured_timestamper()
    except ImproperlyConfigured as wrong:
        yield error_finding("SIPINTER_SIGNING_TIMESTAMP_URL", str(wrong), "give the authority's address")
    if not settings.SIGNING_TIMESTAMP_URL:
        yield note_finding(
            "SIPINTER_SIGNING_TIMESTAMP_URL",
            "signatures cannot be checked once the certificate has expired",
            "give the address of a timestamp authority",
        )
    yield from _check_authority()


def _check_process() -> Iterator[Finding]:
    """The key is safest where no page and no stranger's file is read."""
    if not settings.SIGNING_SOCKET:
        yield note_finding(
            SOCKET,
            "the site holds the signing key itself: whoever takes over one of its processes signs anything",
            "run `sipinter sign serve` as a user of its own",
        )
    elif settings.SIGNING_PKCS12 or settings.SIGNING_PKCS11 or settings.SIGNING_PASSWORD:
        yield error_finding(
            SOCKET,
            "the site has the signing key beside the process that is to keep it",
            "set SIPINTER_SIGNING_PKCS12, _PKCS11 and _PASSWORD for that process only",
        )


def _check_authority() -> Iterator[Finding]:
    """A stamp proves something only where its authority is known."""
    variable = "SIPINTER_SIGNING_TIMESTAMP_AUTHORITY"
    try:
        pinned = timestamps.pinned_certificates()
    except ImproperlyConfigured as wrong:
        yield error_finding(variable, str(wrong), "give a file with the authority's certificates")
        return
    if settings.SIGNING_TIMESTAMP_URL and not pinned:
        yield error_finding(
            variable,
            "time stamps are not checked: with an expired certificate any earlier day can be stated",
            "give a file with the authority's certificates",
        )
    if pinned and not settings.SIGNING_TIMESTAMP_URL:
        yield error_finding(
            "SIPINTER_SIGNING_TIMESTAMP_URL",
            "an authority is pinned but not asked: nothing that is signed will verify",
            "give the authority's address",
        )
    for certificate in pinned:
        if certificate.not_valid_after_utc - datetime.now(UTC) < SOON:
            yield note_finding(
                variable,
                f"expires on {certificate.not_valid_after_utc:%Y-%m-%d}",
                "add its successor to the file",
            )
