"""Does what stands in the database follow from what was recorded and signed?"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from sipinter.assessment.decisions.papers import stored_paper_fault
from sipinter.assessment.record.models import DecisionDocument
from sipinter.foundation.audit.verification import verify_trail


def state_faults() -> list[str]:
    """A sentence for each place where audit trail or signed papers do not bear out the rows."""
    return [*_trail_faults(), *paper_faults()]


def _trail_faults() -> Iterator[str]:
    # A backup is restored long after it was made, nobody signs in between, and a key may have changed since.
    expected = {"stale", "earlier key"}
    for fault in (found for found in verify_trail(state=True) if found.kind not in expected):
        place = [
            _("chain %(chain)s") % {"chain": fault.chain_id} if fault.chain_id is not None else "",
            _("position %(position)s") % {"position": fault.position} if fault.position is not None else "",
            fault.about,
        ]
        yield ": ".join([_("audit trail"), ", ".join(word for word in place if word) or "-", fault.sentence])


def paper_faults() -> Iterator[str]:
    """A sentence for each signed paper that is not as it was made, or does not say what its row says."""
    papers = DecisionDocument.objects.select_related("decision__assessment__cycle").order_by("pk")
    for paper in papers.iterator(chunk_size=500):
        if fault := stored_paper_fault(paper, paper.decision):
            yield f"{paper.decision.number}, {paper.get_kind_display()}: {fault}"
