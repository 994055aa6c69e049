"""The agency's library: its documents, where each is used, and the versions of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from sipinter.assessment.record.models import AnswerEvidence, Assessment, ObjectionEvidence, State
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.evidence import queries
from sipinter.foundation.evidence.library.filters import SOON, LibraryFilter, filter_library, validity_hint
from sipinter.foundation.evidence.models import Evidence, EvidenceQuerySet
from sipinter.foundation.evidence.queries import EvidenceItem

UNUSED = ~Exists(AnswerEvidence.objects.filter(evidence=OuterRef("pk"))) & ~Exists(
    ObjectionEvidence.objects.filter(evidence=OuterRef("pk"))
)


@dataclass(frozen=True)
class DocumentUse:
    """One assessment in which a document stands, by the codes of the indicators (none: at an objection)."""

    assessment: Assessment
    codes: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether a newer version would take its place there."""
        return bool(self.codes) and self.assessment.state == State.FILLING


@dataclass(frozen=True)
class LibraryRow:
    """One document of the library."""

    document: EvidenceItem
    uses: tuple[DocumentUse, ...]
    validity: str


def library_agencies(actor: Actor) -> list[Agency]:
    """The agencies whose library the actor opens, by name (one query)."""
    return list(Agency.objects.filter(pk__in=actor.agency_ids(ASSESSMENT_ROLES)).order_by("name"))


def library_documents(agency: Agency, actor: Actor, *, find: str, holding: LibraryFilter) -> EvidenceQuerySet:
    """Documents of the library, newest first."""
    rows = queries.library_evidence(agency, actor, find=find)
    return filter_library(rows, holding, today=agency.today(), unused=Q(UNUSED))


def library_rows(documents: Iterable[Evidence], agency: Agency, actor: Actor) -> list[LibraryRow]:
    """The documents of one page with their uses (two queries)."""
    listed = list(documents)
    uses, today = document_uses([row.pk for row in listed], actor), agency.today()
    return [
        LibraryRow(
            EvidenceItem(row), uses.get(row.pk, ()), validity_hint(row, today=today, horizon=_soon(today))
        )
        for row in listed
    ]


def _soon(today: date) -> date:
    return today + SOON


def document_uses(ids: Iterable[int], actor: Actor) -> Mapping[int, tuple[DocumentUse, ...]]:
    """Where documents stand, the latest round first (three queries, however many there are)."""
    wanted = list(ids)
    seen: dict[int, dict[int, list[str]]] = {}
    answers = AnswerEvidence.objects.filter(evidence_id__in=wanted).order_by("answer__position")
    for pk, assessment, code in answers.values_list("evidence_id", "answer__assessment_id", "answer__code"):
        seen.setdefault(pk, {}).setdefault(assessment, []).append(code)
    objections = ObjectionEvidence.objects.filter(evidence_id__in=wanted).order_by()
    for pk, assessment in objections.values_list("evidence_id", "objection__assessment_id"):
        seen.setdefault(pk, {}).setdefault(assessment, [])
    known = {assessment for by_assessment in seen.values() for assessment in by_assessment}
    rows = Assessment.objects.visible_to(actor).filter(pk__in=known).select_related("cycle")
    ordered = list(rows.order_by("-cycle__year", "-cycle__round", "pk"))
    return {
        pk: tuple(DocumentUse(row, tuple(found[row.pk])) for row in ordered if row.pk in found)
        for pk, found in seen.items()
    }
