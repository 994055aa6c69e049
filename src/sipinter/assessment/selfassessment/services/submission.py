"""The agency's steps: start, secretary's review, submission, repairs."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.completeness import GapKind, assessment_gaps
from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import (
    Answer,
    Assessment,
    GateAnswer,
    Message,
    Snapshot,
    Verdict,
)
from sipinter.assessment.record.scores import Layer, levels_in_layer, refresh_scores, take_snapshot
from sipinter.assessment.record.services.evidence import mark_evidence_submitted
from sipinter.assessment.record.services.recipients import notify_about_assessment
from sipinter.assessment.record.services.validation import advance_with_reason
from sipinter.assessment.record.workflow import advance_assessment, lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.queries import people_with_role


@transaction.atomic
def start_assessment(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Lay out one answer row per indicator and one per gate, and open them for the team."""
    assessment = lock_assessment(assessment)
    opens = assessment.cycle.filling_opens
    if timezone.localdate() < opens or assessment.cycle.opened_at is None:
        raise NotNow(_("This round has not opened yet."))
    advance_assessment(assessment, "start", actor=actor)
    instrument = instrument_of(assessment.cycle)
    Answer.objects.bulk_create(
        Answer(assessment=assessment, code=code, position=position)
        for position, code in enumerate(instrument.indicators, 1)
    )
    GateAnswer.objects.bulk_create(
        GateAnswer(assessment=assessment, code=gate.code) for gate in instrument.gates
    )
    refresh_scores(assessment)
    notify_about_assessment(
        people_with_role(Role.TEAM, agency_id=assessment.agency_id),
        assessment,
        lazy("The self-assessment has been opened"),
    )
    return assessment


def _refuse_gaps(assessment: Assessment, allowed: set[GapKind]) -> None:
    gaps = [gap for gap in assessment_gaps(assessment) if gap.lack not in allowed]
    if not gaps:
        return
    parts = {
        GapKind.GATE: _("questions on what applies not answered: %s"),
        GapKind.EVIDENCE: _("evidence missing: %s"),
        GapKind.UNANSWERED: _("not filled in: %s (fill them in, or confirm that they count 0)"),
    }
    said = [
        text % ", ".join(gap.code for gap in gaps if gap.lack is lack)
        for lack, text in parts.items()
        if any(gap.lack is lack for gap in gaps)
    ]
    raise NotNow(_("Not complete yet: %(gaps)s.") % {"gaps": "; ".join(said)})


@transaction.atomic
def request_review(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Close the answers and hand them to the secretary. Unanswered indicators may stand; they count 0."""
    assessment = lock_assessment(assessment)
    require(actor, "assessment.request_review", assessment)
    _refuse_gaps(assessment, {GapKind.UNANSWERED})
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
    _refuse_gaps(assessment, {GapKind.UNANSWERED} if accept_unanswered else set())
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


def unrepaired_indicators(assessment: Assessment) -> list[str]:
    """Indicators asked back that nobody has changed or answered since."""
    asked = assessment.answers.filter(verdict=Verdict.ASK)
    answered = set(
        Message.objects.filter(answer__in=asked, side=Message.Side.AGENCY).values_list(
            "answer_id", "created_at"
        )
    )
    latest = {pk: max(at for key, at in answered if key == pk) for pk, _at in answered}
    open_codes = []
    for answer in asked:
        since = answer.verified_at
        worked_on = since is None or answer.updated_at > since
        replied = since is None or (answer.pk in latest and latest[answer.pk] > since)
        if not (worked_on or replied):
            open_codes.append(answer.code)
    return open_codes


@transaction.atomic
def answer_clarification(assessment: Assessment, *, actor: Actor) -> Assessment:
    """Send the repairs back to the verifier; every indicator asked back must be changed or answered."""
    assessment = lock_assessment(assessment)
    require(actor, "assessment.answer_clarification", assessment)
    waiting = unrepaired_indicators(assessment)
    if waiting:
        raise NotNow(_("Repair or answer these first: %(codes)s.") % {"codes": ", ".join(waiting)})
    _refuse_gaps(assessment, {GapKind.UNANSWERED})
    mark_evidence_submitted(assessment)
    advance_assessment(
        assessment, "answer_clarification", actor=actor, changes={"returned_reason": "", "repair_due": None}
    )
    assessment.answers.filter(verdict=Verdict.ASK).update(verdict=Verdict.REPAIRED, repair_due=None)
    refresh_scores(assessment)
    take_snapshot(
        assessment, Snapshot.Stage.REPAIRED, levels_in_layer(assessment, Layer.CLAIMED), actor=actor
    )
    verifiers = [assessment.verifier] if assessment.verifier else people_with_role(Role.VERIFIER)
    notify_about_assessment(verifiers, assessment, lazy("The agency answered the clarification"), desk=True)
    return assessment
