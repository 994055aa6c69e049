"""Digital signatures on the papers: PAdES, so that any PDF reader checks them, and our own strict check."""

from .report import Fault, SignatureReport
from .signer import TimestampMissing, sign
from .verifier import MAX_BYTES, verify

__all__ = ["MAX_BYTES", "Fault", "SignatureReport", "TimestampMissing", "sign", "verify"]
