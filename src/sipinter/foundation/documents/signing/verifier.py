"""Is this PDF, byte for byte, one that was signed here?"""

import hashlib
import io
import logging
from datetime import datetime

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import ImproperlyConfigured
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from . import envelope, revocations, trust
from .envelope import Envelope, Signature, SignatureRefusal
from .report import SignatureFault, SignatureReport, signature_fault_text

log = logging.getLogger(__name__)

MAX_BYTES = 10 * 1024 * 1024


def verify_pdf(pdf: bytes) -> SignatureReport:
    """What the signature of `pdf` proves. Never raises for anything in `pdf`, whatever is in it.

    Linear in the size of the file: nothing of the PDF is parsed or unpacked before its bytes are known to be
    those signed here.
    """
    try:
        return _verified(pdf)
    except SignatureRefusal as refusal:
        return _refused(refusal.fault)
    except ImproperlyConfigured:
        log.exception("Signatures cannot be verified")
        return _refused(SignatureFault.UNAVAILABLE)
    except Exception:
        log.warning("An uploaded document could not be verified", exc_info=True)
        return _refused(SignatureFault.MALFORMED)


def _verified(pdf: bytes) -> SignatureReport:
    if len(pdf) > MAX_BYTES:
        raise SignatureRefusal(SignatureFault.TOO_LARGE)
    sealed = envelope.open_envelope(pdf)
    signature = envelope.parse_signature(sealed.der)
    ours = _trusted(signature)
    if not _matches(sealed, signature):
        return _refused(SignatureFault.CHANGED, trusted=ours is not None, covers=True)
    name = _name(signature.signer)
    if ours is None:
        return _refused(SignatureFault.FOREIGN, signer=name, intact=True, covers=True)
    if not signature.is_canonical() or not {c.dump() for c in signature.certificates} <= ours.chain:
        return _refused(SignatureFault.CHANGED, trusted=True, covers=True)
    return _judged(pdf, signature, ours, name)


def _trusted(signature: Signature) -> trust.TrustedCertificate | None:
    """Our certificate that made the signature: the same bytes, not only the same name."""
    der = signature.signer.dump()
    for ours in trust.trusted_certificates():
        if ours.certificate.public_bytes(Encoding.DER) == der:
            return ours
    return None


def _matches(sealed: Envelope, signature: Signature) -> bool:
    """Does the signature hold for these bytes, by the certificate beside it?"""
    digest = hashlib.new(signature.digest, sealed.before)
    digest.update(sealed.after)
    try:
        return all(validate_sig_integrity(signature.info, signature.signer, "data", digest.digest()))
    except Exception:  # a broken attribute, algorithm or key: not a signature of these bytes
        return False


def _judged(pdf: bytes, signature: Signature, ours: trust.TrustedCertificate, name: str) -> SignatureReport:
    """The bottom line of pyHanko's full validation, on bytes now known to be ours."""
    (embedded,) = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    signed_at = embedded.self_reported_timestamp
    if not _in_force(ours, signed_at):
        return _refused(SignatureFault.OUT_OF_DATE, signer=name, intact=True, trusted=True, covers=True)
    revoked = revocations.revocation_moment(ours.certificate)
    if revoked is not None and (signed_at is None or signed_at >= revoked):
        return _refused(SignatureFault.REVOKED, signer=name, intact=True, trusted=True, covers=True)
    context = ValidationContext(
        trust_roots=[signature.signer],
        other_certs=list(signature.certificates),
        moment=signed_at,
        best_signature_time=signed_at,
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
        signed_at=signed_at,
        covers_whole_document=True,
        reason=signature_fault_text(SignatureFault.NONE),
        revoked=revoked is not None,
    )


def _in_force(ours: trust.TrustedCertificate, moment: datetime | None) -> bool:
    certificate = ours.certificate
    return (
        moment is not None and certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc
    )


def _name(certificate: asn1_x509.Certificate) -> str:
    """The common name, else the whole subject."""
    subject = certificate.subject.native
    return str(subject.get("common_name") or certificate.subject.human_friendly)


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
