"""Signing a PDF: PAdES baseline B, with a time stamp (B-T) where an authority is configured."""

import io

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko_certvalidator.registry import SimpleCertificateStore

from sipinter.foundation.access.errors import NotNow

from . import identity, timestamps, trust
from .verifier import verify_pdf

_FIELD = "Signature"
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class TimestampMissing(NotNow):
    """The time-stamping authority gave no time stamp, so nothing was signed."""


def sign_pdf(pdf: bytes, *, reason: str, name: str = "", location: str = "") -> bytes:
    """`pdf` with one invisible signature over the whole of it that permits no later change.

    `reason`, `name` (of the person who decided) and `location` are shown by PDF readers beside the signature.
    ImproperlyConfigured without a usable key; TimestampMissing when the configured authority fails;
    ValueError when `pdf` cannot be read or is signed already.
    """
    if b"/ByteRange" in pdf:
        raise ValueError("this PDF is signed already")
    present = identity.load_identity()
    trust.remember_certificate(present)
    trust.trusted_certificates()  # a broken file among them is found before anything is signed
    try:
        signed = _signed(pdf, _KeySigner(present), reason, name, location)
    except timestamps.NoTimestamp as error:
        raise TimestampMissing(
            _(
                "The time-stamping authority did not answer, so nothing was signed."
                " Try again in a few minutes."
            )
        ) from error
    except PdfError as error:
        raise ValueError(f"not a PDF that can be signed: {error}") from error
    report = verify_pdf(signed)
    if not report.valid:  # nothing leaves the house that the house would refuse
        raise RuntimeError(f"the signature just made does not verify: {report.fault} {report.reason}")
    return signed


def _signed(pdf: bytes, signer: Signer, reason: str, name: str, location: str) -> bytes:
    metadata = PdfSignatureMetadata(
        field_name=_FIELD,
        reason=reason,
        name=name or None,
        location=location or None,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    # Outside the page: an invisible field that both PDF/A and PDF/UA allow.
    field = SigFieldSpec(_FIELD, invis_sig_settings=InvisSigSettings(box_out_of_bounds=True))
    stamper = timestamps.configured_timestamper()
    out = _ArchiveSigner(metadata, signer, timestamper=stamper, new_field_spec=field).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf))
    )
    return bytes(out.getbuffer())


class _ArchiveSigner(PdfSigner):
    """Leaves the file at PDF 1.7, on which PDF/A-2 rests; pyHanko raises it to 2.0 for elliptic curves."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        """PAdES is an extension of PDF 1.7."""
        pdf_out.register_extension(ESIC_EXTENSION_1)


class _KeySigner(Signer):
    """pyHanko's signer over a key that is loaded already (its own loads and checks the key at every use)."""

    def __init__(self, present: identity.SigningIdentity) -> None:
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(_asn1(certificate) for certificate in present.chain)
        super().__init__(signing_cert=_asn1(present.certificate), cert_registry=registry)
        self.key = present.key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The bare signature of `data`: PKCS#1 v1.5 for RSA, ECDSA for a curve."""
        digest = _DIGESTS[digest_algorithm]
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, PKCS1v15(), digest)
        return self.key.sign(data, ec.ECDSA(digest))


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
