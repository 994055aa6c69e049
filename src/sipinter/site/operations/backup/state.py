"""Does what stands in the database follow from what was recorded and signed?"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from sipinter.assessment.decisions.papers import stored_paper_fault
from sipinter.assessment.record.models import DecisionDocument
from sipinter.foundation.audit.verification import verify_trail


def state_faults() -> list[str]:
    """A sentence for each place where audit trail or signed papers do not bear out the rows."""
    return [*_trail_faults(), *_paper_faults()]


def _trail_faults() -> Iterator[str]:
    for fault in verify_trail():
        place = [
            _("chain %(chain)s") % {"chain": fault.chain_id} if fault.chain_id is not None else "",
            _("position %(position)s") % {"position": fault.position} if fault.position is not None else "",
            fault.about,
        ]
        yield ": ".join([_("audit trail"), ", ".join(word for word in place if word) or "-", fault.sentence])


def _paper_faults() -> Iterator[str]:
    papers = DecisionDocument.objects.select_related("decision__assessment__cycle").order_by("pk")
    for paper in papers.iterator(chunk_size=500):
        if fault := stored_paper_fault(paper, paper.decision):
            yield f"{paper.decision.number}, {paper.get_kind_display()}: {fault}"
