"""The agency's objection (sanggah): its reason, documents of its own, and the panel that hears it."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Assessment, Objection, ObjectionEvidence, PanelMember
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.services.validation import advance_with_reason
from sipinter.assessment.record.workflow import action_deadline, lock_assessment
from sipinter.assessment.verification.services.reassignment import people_without_conflict
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import DESK_ROLES, Role
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.services import record
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.receiving.validators import UploadSource
from sipinter.foundation.evidence.services import receive_file


@transaction.atomic
def object_to_decision(assessment: Assessment, *, reason: str, actor: Actor) -> Assessment:
    """The agency's objection (sanggah) within the round's window, to the decision that holds."""
    assessment = advance_with_reason(assessment, "object", reason, actor=actor)
    Objection.objects.create(
        assessment=assessment,
        decision=assessment.decisions.get(superseded_by=None),
        reason=assessment.returned_reason,
        filed_by_id=actor.user_id,
    )
    notify_about_assessment(
        people_with_role(Role.PLENARY),
        assessment,
        lazy("An agency objects to its decision"),
        assessment.returned_reason,
        desk=True,
    )
    return assessment


def attach_to_objection(objection: Objection, upload: UploadSource, *, actor: Actor) -> Evidence:
    """Take a file in and put it with the objection; the supervisor may read it from now on.

    NotNow once the objection is decided or its window has closed; refusals of the file as `receive_file`.
    """
    with transaction.atomic():  # refused before a single byte is stored
        _open_objection(objection, actor)
    received = receive_file(objection.assessment.agency, upload, actor=actor)
    return _attach(objection, received.evidence, actor=actor)


def _open_objection(objection: Objection, actor: Actor) -> Objection:
    """The objection of a locked assessment, to which `actor` may add now."""
    assessment = lock_assessment(objection.assessment)
    objection = assessment.objections.select_for_update().get(pk=objection.pk)
    objection.assessment = assessment
    require(actor, "objection.evidence", objection)
    last = action_deadline(assessment, "object")
    if last is not None and timezone.now() >= last:
        raise NotNow(_("The time for objections has passed, and with it the time for their documents."))
    return objection


@transaction.atomic
def _attach(objection: Objection, evidence: Evidence, *, actor: Actor) -> Evidence:
    objection = _open_objection(objection, actor)
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    _row, created = ObjectionEvidence.objects.get_or_create(
        objection=objection, evidence=evidence, defaults={"attached_by_id": actor.user_id}
    )
    if created:
        Evidence.objects.filter(pk=evidence.pk).update(is_submitted=True)
        record(
            "objection.evidence_attached",
            objection,
            actor=actor,
            agency_id=objection.agency_id,
            changes={"evidence": [None, f"{evidence.pk}: {evidence.title}"]},
        )
    return evidence


def panel_candidates(objection: Objection) -> list[User]:
    """Who may hear the objection: the supervisor's desks without a conflict and without the verifiers."""
    assessment = objection.assessment
    judged = set(assessment.answers.values_list("verified_by_id", flat=True)) | {assessment.verifier_id}
    rows = people_without_conflict(assessment, *DESK_ROLES)
    return list(rows.exclude(pk__in=[pk for pk in judged if pk is not None]))


@transaction.atomic
def name_panel(objection: Objection, members: Collection[User], *, actor: Actor) -> list[PanelMember]:
    """Name the panel anew. Invalid (field `members`) for none at all, for a verifier of the assessment,
    or for somebody with a conflict of interest.
    """
    assessment = lock_assessment(objection.assessment)
    objection = assessment.objections.select_for_update().get(pk=objection.pk)
    objection.assessment = assessment
    require(actor, "objection.panel", objection)
    wanted = {user.pk: user for user in members}
    fit = {user.pk for user in panel_candidates(objection)}
    if not wanted:
        raise _panel_fault(_("Name at least one member of the panel."))
    unfit = sorted(user.name for user in wanted.values() if user.pk not in fit)
    if unfit:
        raise _panel_fault(
            _("Not on this panel: %(names)s. Whoever verified it, or belongs to the agency, is not.")
            % {"names": ", ".join(unfit)}
        )
    before = [seal_user(*member) for member in objection.members.values_list("user_id", "name")]
    objection.members.exclude(user_id__in=wanted).delete()
    have = set(objection.members.values_list("user_id", flat=True))
    PanelMember.objects.bulk_create(
        PanelMember(objection=objection, user=user, name=user.name)
        for user in wanted.values()
        if user.pk not in have
    )
    named = list(objection.members.select_related("user"))
    record(
        "objection.panel_named",
        objection,
        actor=actor,
        agency_id=objection.agency_id,
        changes={"panel": [before, [seal_user(member.user_id, member.name) for member in named]]},
    )
    notify_about_assessment(
        [member.user for member in named if member.user_id not in have],
        assessment,
        lazy("You are on the panel for an objection"),
        objection.reason,
        desk=True,
    )
    return named


def _panel_fault(sentence: str) -> Invalid:
    return Invalid.at("members", sentence)


@transaction.atomic
def reject_objection(assessment: Assessment, *, reason: str, actor: Actor) -> Assessment:
    """The decision stands; the agency reads why. NotNow before a panel was named."""
    assessment = advance_with_reason(assessment, "reject_objection", reason, actor=actor)
    close_objection(assessment, Objection.Outcome.REJECTED, assessment.returned_reason)
    notify_about_assessment(
        people_with_role(Role.PPK, Role.PYB, agency_id=assessment.agency_id),
        assessment,
        lazy("The objection was rejected"),
        assessment.returned_reason,
    )
    return assessment


def close_objection(assessment: Assessment, outcome: Objection.Outcome, reason: str) -> None:
    """Within the caller's transaction: the objection's outcome, which nobody changes any more."""
    assessment.objections.filter(closed_at__isnull=True).update(
        outcome=outcome, outcome_reason=reason, closed_at=timezone.now()
    )
