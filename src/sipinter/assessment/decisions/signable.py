"""What the signing process asks before it signs a paper: is it the plenary's, and what would it say?

Nothing of what was sent is read. The paper is made anew from the rows, and the rows must stand as the audit
trail says that the plenary left them.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Decision, DecisionDocument, Meeting
from sipinter.assessment.record.scores import score_levels
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.rows import row_digests
from sipinter.foundation.audit.sealed import find_sealed_event
from sipinter.foundation.audit.services import target_of
from sipinter.foundation.documents.signing.subjects import UnsignedPaper

from .minutes import unsigned_minutes
from .papers import decision_document_kinds, unsigned_document


def signable_document(code: str, kind: DecisionDocument.Kind) -> UnsignedPaper:
    """The paper of the decision that bears `code`. NotNow when the plenary's record does not bear it out."""
    rows = Decision.objects.select_related(
        "assessment__agency", "assessment__cycle", "snapshot", "supersedes"
    )
    decision = rows.filter(code=code).first()
    if decision is None:
        raise NotNow(_("There is no decision with this code."))
    event = find_sealed_event(
        target_of(decision),
        "decision.made",
        "decision.corrected",
        agency_id=decision.assessment.agency_id,
    )
    if event is None:
        raise NotNow(_("The audit trail has no record of the plenary for this decision."))
    if event.rows.get(target_of(decision)) != row_digests([decision])[target_of(decision)]:
        raise NotNow(_("The decision does not stand as the plenary's record says."))
    _require_borne_out(decision, event)
    if settings.PUBLICATION_BY_TWO:
        _require_two(decision)
    if kind not in decision_document_kinds(decision):
        raise NotNow(_("The decision has no such paper."))
    return unsigned_document(decision, kind)


def _require_borne_out(decision: Decision, event: Event) -> None:
    """What the papers say besides the decision's own row: aspects and conditions."""
    snapshot = decision.snapshot
    instrument = instrument_of(decision.assessment.cycle)
    card = score_levels(instrument, snapshot.levels, snapshot.gates, decision.assessment.survey)
    aspects = {a.code: (a.score, a.max) for a in card.aspects if a.percent is not None}
    if card.score != decision.score or aspects != {a.code: (a.score, a.max) for a in snapshot.aspects.all()}:
        raise NotNow(_("The scores of the aspects do not give the decision's score."))
    asked = [[row.body, row.due.isoformat()] for row in decision.conditions.order_by("pk")]
    if asked != event.changes.get("conditions", [None, []])[1]:
        raise NotNow(_("The conditions do not stand as the plenary's record says."))


def _require_two(decision: Decision) -> None:
    """Two different people stand behind the publication."""
    found = [
        find_sealed_event(target_of(decision), action, agency_id=decision.assessment.agency_id)
        for action in ("publication.requested", "publication.confirmed")
    ]
    people = {event.actor_id for event in found if event is not None and event.actor_id is not None}
    if len(people) != len(found):
        raise NotNow(_("No second person has confirmed the publication of this decision."))


def signable_minutes(pk: str) -> UnsignedPaper:
    """The minutes of a meeting. NotNow when the audit trail does not say that it was closed."""
    meeting = Meeting.objects.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() else None
    if meeting is None or find_sealed_event(target_of(meeting), "meeting.closed", agency_id=None) is None:
        raise NotNow(_("The audit trail has no record of a closed meeting with this number."))
    return unsigned_minutes(meeting)
