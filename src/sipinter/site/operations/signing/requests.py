"""What the signing process signs: five kinds of things, each after its own questions, and nothing else."""

import json
import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from sipinter.assessment.decisions.signable import signable_document, signable_minutes
from sipinter.assessment.record.models import DecisionDocument
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.audit.checkpoints import parse_checkpoint
from sipinter.foundation.audit.keys import chain_key, seal_event
from sipinter.foundation.audit.models import Checkpoint
from sipinter.foundation.documents.signing import detached
from sipinter.foundation.documents.signing.signer import sign_pdf
from sipinter.foundation.documents.signing.subjects import SigningKind, UnsignedPaper

from ..backup.signature import PURPOSE

_SHA256 = re.compile(r"[0-9a-f]{64}")


def sign_request(kind: str, about: str, body: bytes) -> bytes:
    """The signed PDF, or the bare signature. NotNow with a sentence for whatever is not to be signed."""
    judge = _KINDS.get(kind)
    if judge is None:
        raise NotNow(_("This kind of thing is not signed."))
    return judge(about, body)


def _sign_letter(code: str, body: bytes) -> bytes:
    return _sign_paper(signable_document(code, DecisionDocument.Kind.LETTER), body)


def _sign_certificate(code: str, body: bytes) -> bytes:
    return _sign_paper(signable_document(code, DecisionDocument.Kind.CERTIFICATE), body)


def _sign_minutes(pk: str, body: bytes) -> bytes:
    return _sign_paper(signable_minutes(pk), body)


def _sign_paper(paper: UnsignedPaper, body: bytes) -> bytes:
    """Only byte for byte what the rows say; who asks cannot put a word into it."""
    if paper.pdf != body:
        raise NotNow(
            _(
                "The paper is not what the record says."
                " Its figures were changed, or this process has other settings than the site."
            )
        )
    return sign_pdf(paper.pdf, reason=paper.reason, name=paper.name, location=paper.location)


def _sign_checkpoint(_about: str, body: bytes) -> bytes:
    """The next checkpoint of the audit trail, of chains whose last events bear this installation's seal."""
    try:
        sheet = parse_checkpoint(body.decode())
    except (ValueError, KeyError):
        raise NotNow(_("This is not a checkpoint of the audit trail.")) from None
    last = Checkpoint.objects.order_by("number").last()
    follows = (last.number + 1, last.sha256) if last else (1, "")
    if (sheet.number, sheet.previous) != follows:
        raise NotNow(_("The checkpoint does not follow the last one."))
    if sheet.certificate != detached.current_certificate()[0]:
        raise NotNow(_("The checkpoint names another certificate."))
    for stand in sheet.stands:
        seal = seal_event(chain_key(stand.chain_id, stand.agency_id), stand.head)
        if stand.mac is None or (stand.mac and stand.mac != seal):
            raise NotNow(_("The checkpoint names an event that this installation did not seal."))
    return detached.sign_bytes(body, kind=SigningKind.CHECKPOINT)


def _sign_backup(_about: str, body: bytes) -> bytes:
    """The end record of a backup, behind the words that keep it from passing for anything else."""
    try:
        end = json.loads(body.removeprefix(PURPOSE)) if body.startswith(PURPOSE) else None
    except ValueError:
        end = None
    if (
        not isinstance(end, dict)
        or set(end) != {"manifest", "files", "missing"}
        or not _SHA256.fullmatch(str(end["manifest"]))
        or not isinstance(end["files"], int)
        or not isinstance(end["missing"], list)
    ):
        raise NotNow(_("This is not the end of a backup."))
    return detached.sign_bytes(body, kind=SigningKind.BACKUP)


_KINDS: dict[str, Callable[[str, bytes], bytes]] = {
    SigningKind.LETTER: _sign_letter,
    SigningKind.CERTIFICATE: _sign_certificate,
    SigningKind.MINUTES: _sign_minutes,
    SigningKind.CHECKPOINT: _sign_checkpoint,
    SigningKind.BACKUP: _sign_backup,
}
