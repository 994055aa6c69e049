"""The key that signs decisions and certificates."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from sipinter.foundation.documents.signing import identity, timestamps

from ..finding import Finding, error_finding, note_finding

VARIABLE = "SIPINTER_SIGNING_PKCS12"
SOON = timedelta(days=60)


def check_signing_key() -> Iterator[Finding]:
    """Whether a decision could be signed today, by a certificate that readers can trust."""
    if not settings.SIGNING_PKCS12:
        yield error_finding(VARIABLE, "there is no key to sign decisions with", "give a PKCS#12 file")
        return
    try:
        certificate = identity.load_identity().certificate
    except ImproperlyConfigured as wrong:
        yield error_finding(VARIABLE, str(wrong), "put a sound PKCS#12 file in its place")
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
