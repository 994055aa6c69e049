"""Is this PDF, byte for byte, one that was signed here?"""

import io
import logging
from collections.abc import Callable
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.timezone import localdate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from . import revocations, timestamps, trust
from .facts import SignatureFacts, read_signature
from .faults import SignatureFault
from .report import SignatureReport, signature_fault_text

log = logging.getLogger(__name__)


def verify_pdf(pdf: bytes, *, read: Callable[[bytes], SignatureFacts] = read_signature) -> SignatureReport:
    """What the signature of `pdf` proves. Never raises for anything in `pdf`, whatever is in it.

    Linear in the size of the file: nothing of the PDF is parsed or unpacked before its bytes are known to be
    those signed here. `read` finds the signature: for strangers' files in a process apart.
    """
    found = read(pdf)
    try:
        return _verified(pdf, found)
    except ImproperlyConfigured:
        log.exception("Signatures cannot be verified")
        return _refused(SignatureFault.UNAVAILABLE)
    except Exception:
        log.warning("An uploaded document could not be verified", exc_info=True)
        return _refused(SignatureFault.MALFORMED)


def _verified(pdf: bytes, found: SignatureFacts) -> SignatureReport:
    if found.fault:
        return _refused(found.fault)
    ours = _trusted(found.signer)
    if not found.matches:
        return _refused(SignatureFault.CHANGED, trusted=ours is not None, covers=True)
    if ours is None:
        return _refused(SignatureFault.FOREIGN, signer=found.name, intact=True, covers=True)
    if not found.is_canonical or not found.certificates <= ours.chain:
        return _refused(SignatureFault.CHANGED, trusted=True, covers=True)
    return _judged(pdf, ours, found.name)


def _trusted(signer: bytes) -> trust.TrustedCertificate | None:
    """Our certificate that made the signature: the same bytes, not only the same name."""
    for ours in trust.trusted_certificates():
        if ours.certificate.public_bytes(Encoding.DER) == signer:
            return ours
    return None


def _judged(pdf: bytes, ours: trust.TrustedCertificate, name: str) -> SignatureReport:
    """The bottom line of pyHanko's full validation, on bytes now known to be ours."""
    (embedded,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    moment, fault = _moment(embedded)
    if fault:
        return _refused(fault, signer=name, intact=True, trusted=True, covers=True)
    if not _in_force(ours, moment):
        return _refused(SignatureFault.OUT_OF_DATE, signer=name, intact=True, trusted=True, covers=True)
    revoked = revocations.revocation_moment(ours.certificate)
    if revoked is not None and (moment is None or moment >= revoked):
        return _refused(SignatureFault.REVOKED, signer=name, intact=True, trusted=True, covers=True)
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(ours.certificate.public_bytes(Encoding.DER))],
        other_certs=[asn1_x509.Certificate.load(der) for der in ours.chain],
        moment=moment,
        best_signature_time=moment,
        allow_fetching=False,
    )
    status = validate_pdf_signature(embedded, signer_validation_context=context)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    sound = status.intact and status.valid and status.trusted and status.docmdp_ok and whole
    stamp = status.timestamp_validity
    if not sound or (stamp is not None and not (stamp.intact and stamp.valid)):
        return _refused(SignatureFault.CHANGED, trusted=True, covers=whole)
    return SignatureReport(
        valid=True,
        intact=True,
        trusted=True,
        signer=name,
        signed_at=moment,
        covers_whole_document=True,
        reason=signature_fault_text(SignatureFault.NONE),
        revoked=revoked is not None,
        unstamped=stamp is None and bool(timestamps.pinned_certificates()),
    )


def _moment(embedded: EmbeddedPdfSignature) -> tuple[datetime | None, SignatureFault]:
    """When it was signed: as the pinned authority says, else as the signature itself says.

    What it says itself counts, beside a pinned authority, only from before SIPINTER_SIGNING_STAMPED_SINCE.
    """
    stated = embedded.self_reported_timestamp
    if not timestamps.pinned_certificates():
        return stated, SignatureFault.NONE
    try:
        stamped = timestamps.signature_stamp_moment(embedded.signer_info)
    except timestamps.StampFault as fault:
        log.warning("A time stamp was refused: %s", fault)
        return None, SignatureFault.FOREIGN_STAMP
    since = settings.SIGNING_STAMPED_SINCE
    if stamped is None and (since is None or stated is None or localdate(stated) >= since):
        return None, SignatureFault.UNSTAMPED
    return stamped or stated, SignatureFault.NONE


def _in_force(ours: trust.TrustedCertificate, moment: datetime | None) -> bool:
    certificate = ours.certificate
    return (
        moment is not None and certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc
    )


def _refused(
    fault: SignatureFault,
    *,
    signer: str = "",
    intact: bool = False,
    trusted: bool = False,
    covers: bool = False,
) -> SignatureReport:
    return SignatureReport(
        valid=False,
        intact=intact,
        trusted=trusted,
        signer=signer,
        signed_at=None,
        covers_whole_document=covers,
        reason=signature_fault_text(fault, signer),
        fault=fault,
    )
