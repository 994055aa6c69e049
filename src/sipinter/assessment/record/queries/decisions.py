"""Decisions by what is printed on their papers: the code beside the QR, or the file itself."""

from django.db.models import OuterRef, QuerySet, Subquery

from ..models import Assessment, Decision, DecisionDocument, PublicationRequest, Result

GROUP = 4


def normalize_decision_code(text: str) -> str:
    """A code as printed (capitals in groups of four), however it was typed: case, blanks, dashes."""
    letters = "".join(c for c in text.upper() if c.isascii() and c.isalnum())[:24]
    return "-".join(letters[i : i + GROUP] for i in range(0, len(letters), GROUP))


def _whole() -> QuerySet[Decision]:
    return Decision.objects.select_related(
        "assessment__agency", "assessment__cycle", "supersedes", "superseded_by"
    ).prefetch_related("documents")


def decided_levels() -> Subquery:
    """To annotate answers with: the levels (code -> level) of the decision that holds, None before one.

    A correction leaves the answers as they were first decided.
    """
    holding = Decision.objects.filter(assessment=OuterRef("assessment"), superseded_by=None)
    return Subquery(holding.values("snapshot__levels")[:1])


def decision_by_code(code: str) -> Decision | None:
    """The decision that bears `code`, published or not."""
    return _whole().filter(code=normalize_decision_code(code)).first()


def document_by_hash(sha256: str) -> DecisionDocument | None:
    """The paper whose bytes have this hash, with its decision; published or not."""
    found = DecisionDocument.objects.filter(sha256=sha256).first()
    if found is not None:
        found.decision = _whole().get(pk=found.decision_id)
    return found


def is_published(decision: Decision) -> bool:
    """A decision is public from the moment it stands in the register, also after a correction."""
    return Result.objects.filter(decision=decision).exists()


def publication_request(assessment: Assessment) -> PublicationRequest | None:
    """Who asked for the publication of the decision that holds, and who confirmed it; None: nobody asked."""
    rows = PublicationRequest.objects.select_related("decision")
    return rows.filter(decision__assessment=assessment, decision__superseded_by=None).first()


def pending_publication(assessment: Assessment) -> PublicationRequest | None:
    """The request that waits for a second person."""
    found = publication_request(assessment)
    return found if found is not None and found.confirmed_at is None else None
