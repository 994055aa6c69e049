"""The agency's steps: start, secretary's review, submission, repairs."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.guards import explain_gaps
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Answer, Assessment, GateAnswer, Snapshot, Verdict
from sipinter.assessment.record.scores import Layer, levels_in_layer, refresh_scores, take_snapshot
from sipinter.assessment.record.services.evidence import mark_evidence_submitted
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.services.validation import advance_with_reason
from sipinter.assessment.record.workflow import advance_assessment, lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.services import record_rows


@transaction.atomic
def start_assessment(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Lay out one answer row per indicator and one per gate, and open them for the team."""
    assessment = lock_assessment(assessment)
    advance_assessment(assessment, "start", actor=actor)
    instrument = instrument_of(assessment.cycle)
    Answer.objects.bulk_create(
        Answer(assessment=assessment, code=code, position=position)
        for position, code in enumerate(instrument.indicators, 1)
    )
    GateAnswer.objects.bulk_create(
        GateAnswer(assessment=assessment, code=gate.code) for gate in instrument.gates
    )
    record_rows(assessment.answers.all(), actor=actor, agency_id=assessment.agency_id)
    refresh_scores(assessment)
    notify_about_assessment(
        people_with_role(Role.TEAM, agency_id=assessment.agency_id),
        assessment,
        lazy("The self-assessment has been opened"),
    )
    return assessment


@transaction.atomic
def request_review(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Close the answers and hand them to the secretary. Unanswered indicators may stand; they count 0."""
    assessment = lock_assessment(assessment)
    advance_assessment(assessment, "request_review", actor=actor, changes={"returned_reason": ""})
    notify_about_assessment(
        people_with_role(Role.PYB, agency_id=assessment.agency_id),
        assessment,
        lazy("A self-assessment waits for your review"),
    )
    return assessment


@transaction.atomic
def return_to_team(assessment: Assessment, *, reason: str, actor: Actor) -> Assessment:
    """The secretary sends it back; the team reads the reason first."""
    assessment = advance_with_reason(assessment, "return_to_team", reason, actor=actor)
    notify_about_assessment(
        people_with_role(Role.KEEPER, Role.TEAM, agency_id=assessment.agency_id),
        assessment,
        lazy("The secretary returned the self-assessment"),
        assessment.returned_reason,
    )
    return assessment


@transaction.atomic
def approve_review(assessment: Assessment, *, actor: Actor) -> Assessment:
    """The secretary's approval; submission is a step of its own."""
    assessment = advance_assessment(lock_assessment(assessment), "approve_review", actor=actor)
    notify_about_assessment(
        people_with_role(Role.KEEPER, agency_id=assessment.agency_id),
        assessment,
        lazy("The secretary approved the self-assessment"),
    )
    return assessment


@transaction.atomic
def submit_assessment(assessment: Assessment, *, accept_unanswered: bool = False, actor: Actor) -> Assessment:
    """Send the self-assessment to the supervisor and keep its score as submitted.

    `accept_unanswered` confirms that indicators not filled in count 0. NotNow lists what is missing.
    """
    assessment = lock_assessment(assessment)
    require(actor, "assessment.submit", assessment)
    # The confirmation is the secretary's, given with this very step: no guard can know it.
    missing = "" if accept_unanswered else explain_gaps(assessment, with_unanswered=True)
    if missing:
        raise NotNow(missing)
    mark_evidence_submitted(assessment)
    advance_assessment(
        assessment, "submit", actor=actor, changes={"submitted_at": timezone.now(), "returned_reason": ""}
    )
    take_snapshot(
        assessment, Snapshot.Stage.SUBMITTED, levels_in_layer(assessment, Layer.CLAIMED), actor=actor
    )
    notify_about_assessment(
        people_with_role(Role.PPK, Role.KEEPER, agency_id=assessment.agency_id),
        assessment,
        lazy("The self-assessment has been submitted"),
    )
    notify_about_assessment(
        people_with_role(Role.VERIFIER), assessment, lazy("A self-assessment has come in"), desk=True
    )
    return assessment


@transaction.atomic
def answer_clarification(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Send the repairs back to the verifier; every indicator asked back must be changed or answered."""
    assessment = lock_assessment(assessment)
    require(actor, "assessment.answer_clarification", assessment)
    mark_evidence_submitted(assessment)
    advance_assessment(
        assessment, "answer_clarification", actor=actor, changes={"returned_reason": "", "repair_due": None}
    )
    keys = list(assessment.answers.filter(verdict=Verdict.ASK).values_list("pk", flat=True))
    assessment.answers.filter(pk__in=keys).update(verdict=Verdict.REPAIRED, repair_due=None)
    record_rows(assessment.answers.filter(pk__in=keys), actor=actor, agency_id=assessment.agency_id)
    refresh_scores(assessment)
    take_snapshot(
        assessment, Snapshot.Stage.REPAIRED, levels_in_layer(assessment, Layer.CLAIMED), actor=actor
    )
    verifiers = [assessment.verifier] if assessment.verifier else people_with_role(Role.VERIFIER)
    notify_about_assessment(verifiers, assessment, lazy("The agency answered the clarification"), desk=True)
    return assessment
