"""Checking a stranger's PDF without opening it here."""

import hashlib

from sipinter.foundation.documents.signing.facts import SignatureFacts
from sipinter.foundation.documents.signing.faults import SignatureFault
from sipinter.foundation.documents.signing.report import SignatureReport
from sipinter.foundation.documents.signing.verifier import verify_pdf

from .reader.faults import TOO_HARD, ReaderFault
from .reading_turns import read_once, reading_turn
from .storage import store


def verify_strangers_pdf(pdf: bytes) -> SignatureReport:
    """As `verify_pdf`; the signature is looked for in the reader, apart from this process.

    NotAnswering when others have their papers checked at this moment.
    """
    return verify_pdf(pdf, read=_read_apart)


def _read_apart(pdf: bytes) -> SignatureFacts:
    sha256 = hashlib.sha256(pdf).hexdigest()
    with reading_turn(f"paper:{sha256}", "public"), store.incoming_file() as file:
        file.write(pdf)
        try:
            return SignatureFacts.from_json(read_once("signature", store.flushed_path(file), sha256))
        except ReaderFault as fault:  # a busy machine says nothing about the paper
            is_late = fault.code == TOO_HARD
            return SignatureFacts(SignatureFault.UNAVAILABLE if is_late else SignatureFault.MALFORMED)
