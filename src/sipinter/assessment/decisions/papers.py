"""The signed papers of a decision: made once, kept by their hash, handed out as they are."""

import hashlib
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.issuer import demo_notice, paper_issuer
from sipinter.assessment.record.models import Decision, DecisionDocument
from sipinter.foundation.access.actor import system_actor
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.audit.services import record
from sipinter.foundation.documents.model import AspectLine, DecisionPaper
from sipinter.foundation.documents.papers import certificate_pdf, letter_pdf
from sipinter.foundation.documents.printed import PrintedField, PrintedFigures, differing_fields
from sipinter.foundation.documents.signing.signer import sign_pdf
from sipinter.foundation.documents.signing.subjects import SigningKind, SigningSubject, UnsignedPaper
from sipinter.foundation.documents.signing.verifier import verify_pdf
from sipinter.foundation.evidence.storage import store
from sipinter.foundation.evidence.storage.verification import STORED_FOLDERS, ExpectedFile, StoredFolders
from sipinter.foundation.web.formatters import format_day

MAKERS = {DecisionDocument.Kind.LETTER: letter_pdf, DecisionDocument.Kind.CERTIFICATE: certificate_pdf}
SIGNED_AS = {
    DecisionDocument.Kind.LETTER: SigningKind.LETTER,
    DecisionDocument.Kind.CERTIFICATE: SigningKind.CERTIFICATE,
}


def decision_paper(decision: Decision) -> DecisionPaper:
    """What letter and certificate say."""
    assessment = decision.assessment
    instrument = instrument_of(assessment.cycle)
    category = instrument.category(decision.category)
    return DecisionPaper(
        number=decision.number,
        decided_on=decision.decided_on,
        agency_name=assessment.agency.name,
        instrument_title=str(instrument.title),
        year=assessment.cycle.year,
        round=assessment.cycle.round,
        score=decision.score,
        max=decision.max,
        index=decision.index,
        category=str(category.title),
        category_shape=category.shape,
        aspects=tuple(
            AspectLine(str(instrument.aspect(a.code).title), a.score, a.max, a.percent)
            for a in decision.snapshot.aspects.all()
        ),
        valid_until=decision.valid_until,
        consequence=str(category.consequence or ""),
        issuer=paper_issuer(),
        verify_url=urljoin(settings.BASE_URL, reverse("national:verify_code", args=[decision.code])),
        code=decision.code,
        supersedes_number=decision.supersedes.number if decision.supersedes else "",
        remark=_remark(decision),
        legal_basis=tuple(source.title for source in instrument.legal),
        notice=demo_notice(),
    )


def printed_figures(decision: Decision) -> PrintedFigures:
    """What its papers must bear, as the rows say now; a category unknown to the instrument as its code."""
    instrument = instrument_of(decision.assessment.cycle)
    titles = {category.code: str(category.title) for category in instrument.categories}
    return PrintedFigures(
        number=decision.number,
        code=decision.code,
        score=decision.score,
        max=decision.max,
        index=decision.index,
        category=titles.get(decision.category, decision.category),
    )


def paper_difference(pdf: bytes, decision: Decision) -> str:
    """What a soundly signed paper says otherwise than the rows, as a sentence; empty when nothing."""
    names = {
        PrintedField.NUMBER: _("number"),
        PrintedField.CODE: _("code"),
        PrintedField.SCORE: _("score"),
        PrintedField.INDEX: _("index"),
        PrintedField.CATEGORY: _("category"),
    }
    fields = differing_fields(pdf, printed_figures(decision))
    if not fields:
        return ""
    return _("The signed paper differs from the register in: %(fields)s. One of the two was changed.") % {
        "fields": ", ".join(names[field] for field in fields)
    }


def stored_paper_fault(paper: DecisionDocument, decision: Decision) -> str:
    """Why the paper in the storage does not bear out the rows of its decision; empty when it does."""
    pdf = store.get_bytes(paper.path)
    if pdf is None:
        return _("The signed paper is missing in the storage.")
    report = verify_pdf(pdf)
    return paper_difference(pdf, decision) if report.valid else report.reason


def _remark(decision: Decision) -> str:
    """The plenary's remark, and what the decision asks of the agency, a paragraph each."""
    with override(settings.LANGUAGE_CODE):
        asked = [
            _("Condition: %(text)s (by %(day)s)") % {"text": row.body, "day": format_day(row.due)}
            for row in decision.conditions.all()
        ]
    return "\n".join([text for text in [decision.remark] if text] + asked)


def store_decision_documents(decision: Decision) -> list[DecisionDocument]:
    """Make, sign and store the papers that `decision` lacks; returns all of them.

    Every decision has its letter; a certificate goes with the categories that the instrument names.
    Files are written before their rows, under their hash, so a row never names a missing file. Whoever is
    interrupted leaves at most a file that no row names; of two at once, the first one's papers hold.
    Where an official signs by a service, nobody else can: NotNow while papers are missing.
    """
    if settings.SIGNING_REMOTE_URL and missing_document_kinds(decision):
        raise NotNow(_("The papers are not signed yet. The official signs them first."))
    have = {document.kind: document for document in decision.documents.all()}
    for kind in decision_document_kinds(decision):
        if kind not in have:
            paper = unsigned_document(decision, kind)
            body = sign_pdf(
                paper.pdf,
                reason=paper.reason,
                name=paper.name,
                location=paper.location,
                subject=SigningSubject(SIGNED_AS[kind], decision.code),
            )
            have[kind] = _store(decision, kind, body)
    return list(have.values())


def store_signed_documents(decision: Decision, sign: Callable[[UnsignedPaper], bytes]) -> None:
    """Have `sign` sign the papers that `decision` lacks, and keep them."""
    for kind in missing_document_kinds(decision):
        _store(decision, kind, sign(unsigned_document(decision, kind)))


def unsigned_document(decision: Decision, kind: DecisionDocument.Kind) -> UnsignedPaper:
    """A paper of `decision` as it is to be signed; the same bytes each time the rows say the same."""
    content = decision_paper(decision)
    with override(settings.LANGUAGE_CODE):  # not the language of whoever decides
        reason = f"{kind.label} {decision.number}"
    return UnsignedPaper(MAKERS[kind](content), reason, content.issuer.signer_name, content.issuer.city)


def decision_document_kinds(decision: Decision) -> list[DecisionDocument.Kind]:
    """The papers that belong to the decision's category."""
    category = instrument_of(decision.assessment.cycle).category(decision.category)
    without = set() if category.certificate else {DecisionDocument.Kind.CERTIFICATE}
    return [kind for kind in MAKERS if kind not in without]


def missing_document_kinds(decision: Decision) -> list[DecisionDocument.Kind]:
    """The papers of `decision` that are still to be made."""
    have = {document.kind for document in decision.documents.all()}
    return [kind for kind in decision_document_kinds(decision) if kind not in have]


def _store(decision: Decision, kind: DecisionDocument.Kind, body: bytes) -> DecisionDocument:
    digest = hashlib.sha256(body).hexdigest()
    path = f"decisions/{decision.assessment.agency_id}/{digest}.pdf"
    store.put_bytes(path, body)
    try:
        with transaction.atomic():
            made = DecisionDocument.objects.create(
                decision=decision, kind=kind, sha256=digest, size=len(body), path=path
            )
            record(
                "decision.paper_made",
                made,
                actor=system_actor(),
                agency_id=decision.assessment.agency_id,
                changes={"kind": [None, kind.value], "sha256": [None, digest]},
                rows=[made],
            )
            return made
    except IntegrityError:  # made meanwhile by somebody else
        return decision.documents.get(kind=kind)


@STORED_FOLDERS.provide
def paper_files() -> StoredFolders:
    """The papers as the storage must have them."""
    return StoredFolders(("decisions",), _papers())


def _papers() -> Iterator[ExpectedFile]:
    rows = DecisionDocument.objects.select_related("decision__assessment").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        yield ExpectedFile(row.path, row.sha256, row.size, row.decision.assessment.agency_id)
