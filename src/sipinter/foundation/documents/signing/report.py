"""What is found out about an uploaded PDF."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from .faults import SignatureFault


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """Outcome of `verify_pdf`.

    `valid` is the bottom line: exactly the bytes that were signed here, with one of our certificates while it
    was in force. `intact`: the signature matches the bytes, whoever signed. `trusted`: the certificate is
    ours. `signer` and `signed_at` (aware) are filled in only where the signature vouches for them; with a
    pinned authority `signed_at` is the moment of its time stamp. `revoked` and `unstamped`: the certificate
    has been revoked since, or the paper is from before time stamps, so that whoever has the key may have
    stated any earlier moment, and only the register says that it was made here.
    `reason` is a sentence for the person who uploaded the file, in the language in use.
    """

    valid: bool
    intact: bool
    trusted: bool
    signer: str
    signed_at: datetime | None
    covers_whole_document: bool
    reason: str
    fault: SignatureFault = SignatureFault.NONE
    revoked: bool = False
    unstamped: bool = False


def signature_fault_text(fault: SignatureFault, signer: str = "") -> str:
    """The fault as a sentence that says what was found and, where it helps, what to do."""
    match fault:
        case SignatureFault.NONE:
            return _("The signature is valid and the document has not been changed since it was signed.")
        case SignatureFault.TOO_LARGE:
            return _("The file is larger than any document issued here and was not read.")
        case SignatureFault.NOT_A_PDF:
            return _("The file is not a PDF document.")
        case SignatureFault.UNSIGNED:
            return _(
                "The document carries no digital signature. A print, scan or re-saved copy loses it:"
                " upload the PDF file as it was downloaded, or check its code instead."
            )
        case SignatureFault.SEVERAL:
            return _("The document carries more than one signature; documents issued here carry exactly one.")
        case SignatureFault.MALFORMED:
            return _("The document has been damaged or changed: its signature cannot be read.")
        case SignatureFault.TRUNCATED:
            return _("The file is incomplete: its end is missing. Download it again.")
        case SignatureFault.APPENDED:
            return _("Something was added to the document after it was signed.")
        case SignatureFault.FOREIGN:
            return _("The document was signed by %(signer)s, not by this authority.") % {"signer": signer}
        case SignatureFault.CHANGED:
            return _("The document has been changed since it was signed.")
        case SignatureFault.OUT_OF_DATE:
            return _("The document was signed while the certificate of %(signer)s was not in force.") % {
                "signer": signer
            }
        case SignatureFault.REVOKED:
            return _("The document was signed after the certificate of %(signer)s had been revoked.") % {
                "signer": signer
            }
        case SignatureFault.UNSTAMPED:
            return _(
                "The signature bears no time stamp of the time-stamping authority, so nothing shows when"
                " it was made."
            )
        case SignatureFault.FOREIGN_STAMP:
            return _("The time stamp in the signature is not one of the time-stamping authority.")
        case SignatureFault.UNAVAILABLE:
            return _("Signatures cannot be checked at the moment. Nothing is wrong with the file; try later.")
