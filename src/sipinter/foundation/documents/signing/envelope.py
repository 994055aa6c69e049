"""The signature as it lies in the file's bytes, read without parsing the PDF around it.

A parser can be led to see another document than the one that was signed, or be kept busy for hours. So the
bytes are judged first: one signature, over everything but its own place, in the very form in which it is
written here. What passes and carries our signature is, byte for byte, a file made here.
"""

import re
from dataclasses import dataclass

from asn1crypto import cms, parser
from asn1crypto import x509 as asn1_x509
from pyhanko.sign.signers import ExternalSigner

from .faults import SignatureFault

_RANGE = re.compile(rb"/ByteRange ?\[0 (\d{1,9}) (\d{1,9}) (\d{1,9})\]")
_HEXADECIMAL = b"0123456789ABCDEF"
_MAX_CMS = 64 * 1024
_DIGESTS = ("sha256", "sha384", "sha512")


class SignatureRefusal(Exception):
    """The file is not one signed here, for `fault`."""

    def __init__(self, fault: SignatureFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True)
class Envelope:
    """The two signed stretches of the file and the signature (CMS) between them."""

    before: bytes
    after: bytes
    der: bytes


def open_envelope(pdf: bytes) -> Envelope:
    """The only signature of `pdf`; Refusal when there is not exactly one or it does not span the file."""
    if not pdf.startswith(b"%PDF-"):
        raise SignatureRefusal(SignatureFault.NOT_A_PDF)
    marks = pdf.count(b"/ByteRange")
    if not marks:
        raise SignatureRefusal(
            SignatureFault.UNSIGNED if b"%%EOF" in pdf[-1024:] else SignatureFault.TRUNCATED
        )
    if marks > 1:
        raise SignatureRefusal(SignatureFault.SEVERAL)
    found = _RANGE.search(pdf)
    if found is None:
        raise SignatureRefusal(SignatureFault.MALFORMED)
    start, end, rest = (int(figure) for figure in found.groups())
    if not 0 < start < end:
        raise SignatureRefusal(SignatureFault.MALFORMED)
    if end + rest != len(pdf):
        raise SignatureRefusal(SignatureFault.APPENDED if end + rest < len(pdf) else SignatureFault.TRUNCATED)
    return Envelope(pdf[:start], pdf[end:], _cms_bytes(pdf[start:end]))


def _cms_bytes(hole: bytes) -> bytes:
    """The DER inside `<...>`: upper-case hexadecimal, filled up with zeros and nothing else."""
    digits = hole[1:-1]
    written = hole[:1] == b"<" and hole[-1:] == b">" and digits and not digits.translate(None, _HEXADECIMAL)
    if len(hole) > 2 * _MAX_CMS or not written or len(digits) % 2:
        raise SignatureRefusal(SignatureFault.MALFORMED)
    padded = bytes.fromhex(digits.decode("ascii"))
    try:
        length = parser.peek(padded)
    except ValueError:
        raise SignatureRefusal(SignatureFault.MALFORMED) from None
    if padded[length:].strip(b"\0"):
        raise SignatureRefusal(SignatureFault.MALFORMED)
    return padded[:length]


@dataclass(frozen=True)
class Signature:
    """The CMS signature, taken apart."""

    der: bytes
    info: cms.SignerInfo
    certificates: tuple[asn1_x509.Certificate, ...]
    signer: asn1_x509.Certificate
    digest: str

    def is_canonical(self) -> bool:
        """Is every byte outside the signed attributes, too, the one that is written here?

        Versions, lists of algorithms and the like are not under the signature; written anew, they leave no
        room for a change that the signature would not notice.
        """
        signer = ExternalSigner(signing_cert=self.signer, cert_registry=None)
        info = signer.signer_info(self.digest, self.info["signed_attrs"], self.info["signature"])
        if self.info["unsigned_attrs"]:
            info["unsigned_attrs"] = self.info["unsigned_attrs"]
        signed = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [{"algorithm": self.digest}],
                "encap_content_info": {"content_type": "data"},
                "certificates": [cms.CertificateChoices("certificate", c) for c in self.certificates],
                "signer_infos": [info],
            }
        )
        written = cms.ContentInfo({"content_type": "signed_data", "content": signed})
        return bool(written.dump() == self.der)


def parse_signature(der: bytes) -> Signature:
    """The CMS structure of `der`; Refusal when it is not one signature with its certificate."""
    try:
        content = cms.ContentInfo.load(der, strict=True)["content"]
        (info,) = content["signer_infos"]
        certificates = tuple(choice.chosen for choice in content["certificates"])
        sid = info["sid"].chosen
        (signer,) = (
            c
            for c in certificates
            if c.serial_number == sid["serial_number"].native and c.issuer.dump() == sid["issuer"].dump()
        )
        digest = info["digest_algorithm"]["algorithm"].native
    except Exception:  # whatever asn1crypto stumbles over in bytes it did not write
        raise SignatureRefusal(SignatureFault.MALFORMED) from None
    if digest not in _DIGESTS:
        raise SignatureRefusal(SignatureFault.MALFORMED)
    return Signature(der, info, certificates, signer, digest)
