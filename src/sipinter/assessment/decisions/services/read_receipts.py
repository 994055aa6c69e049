"""Reading that is put on record."""

from sipinter.assessment.record.models import DecisionDocument
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.audit.services import record


def record_paper_opening(paper: DecisionDocument, *, actor: Actor) -> None:
    """Record (`decision.read`) that somebody opens a decision's paper before it is published."""
    decision = paper.decision
    record(
        "decision.read",
        decision,
        actor=actor,
        agency_id=decision.assessment.agency_id,
        changes={"paper": [None, paper.kind]},
    )
