"""What the bytes of a PDF say about its signature, whoever signed; it needs no setting."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from asn1crypto import x509 as asn1_x509
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from .envelope import Envelope, Signature, SignatureRefusal, open_envelope, parse_signature
from .faults import SignatureFault

MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class SignatureFacts:
    """One signature over the whole file, or the `fault` for which there is none.

    `matches`: it holds for these bytes by the certificate `signer` (DER) beside it. `is_canonical`: and it is
    written, byte for byte, as it is written here. `certificates` are all that lie in it, as DER.
    """

    fault: SignatureFault = SignatureFault.NONE
    signer: bytes = b""
    name: str = ""
    certificates: frozenset[bytes] = frozenset()
    matches: bool = False
    is_canonical: bool = False

    def as_json(self) -> dict[str, Any]:
        """The facts as JSON has them."""
        found = {"signer": self.signer.hex(), "certificates": sorted(c.hex() for c in self.certificates)}
        return asdict(self) | found

    @classmethod
    def from_json(cls, found: dict[str, Any]) -> "SignatureFacts":
        """The facts of `as_json`."""
        return cls(
            fault=SignatureFault(found["fault"]),
            signer=bytes.fromhex(found["signer"]),
            name=found["name"],
            certificates=frozenset(map(bytes.fromhex, found["certificates"])),
            matches=found["matches"],
            is_canonical=found["is_canonical"],
        )


def read_signature(pdf: bytes) -> SignatureFacts:
    """The signature of `pdf`; never raises.

    Linear in the size of the file: nothing of the PDF is parsed or unpacked.
    """
    if len(pdf) > MAX_BYTES:
        return SignatureFacts(SignatureFault.TOO_LARGE)
    try:
        sealed = open_envelope(pdf)
        signature = parse_signature(sealed.der)
        return _facts(sealed, signature)
    except SignatureRefusal as refusal:
        return SignatureFacts(refusal.fault)
    except Exception:  # whatever asn1crypto stumbles over in bytes it did not write
        return SignatureFacts(SignatureFault.MALFORMED)


def _facts(sealed: Envelope, signature: Signature) -> SignatureFacts:
    matches = _matches(sealed, signature)
    return SignatureFacts(
        signer=signature.signer.dump(),
        name=_name(signature.signer) if matches else "",
        certificates=frozenset(certificate.dump() for certificate in signature.certificates),
        matches=matches,
        is_canonical=matches and signature.is_canonical(),
    )


def _matches(sealed: Envelope, signature: Signature) -> bool:
    digest = hashlib.new(signature.digest, sealed.before)
    digest.update(sealed.after)
    try:
        return all(validate_sig_integrity(signature.info, signature.signer, "data", digest.digest()))
    except Exception:  # a broken attribute, algorithm or key: not a signature of these bytes
        return False


def _name(certificate: asn1_x509.Certificate) -> str:
    """The common name, else the whole subject."""
    subject = certificate.subject.native
    return str(subject.get("common_name") or certificate.subject.human_friendly)
