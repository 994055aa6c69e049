"""The workflow of an assessment as one table, read by services, pages, tests and docs alike.

States and order follow the yearly round of the merit assessment (PerKASN 9/2019; the rounds as reported
in the press): self-assessment, review by the PyB, verification and clarification, final verification,
plenary, decision, publication, objection.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.audit.services import record

from .models import Assessment, State


@dataclass(frozen=True)
class Transition:
    """One arrow of the state machine. `until` names the cycle's date after which it is too late."""

    action: str
    title: str | Promise
    sources: tuple[State, ...]
    target: State
    who: tuple[Role, ...]
    needs: str | Promise = ""
    until: str = ""


TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "start",
        lazy("Start filling in"),
        (State.PREPARING,),
        State.FILLING,
        (Role.KEEPER,),
        lazy("the cycle is open"),
        "filling_closes",
    ),
    Transition(
        "request_review",
        lazy("Send to the secretary"),
        (State.FILLING,),
        State.IN_REVIEW,
        (Role.KEEPER,),
        lazy("gates answered, every claimed level has its evidence"),
        "filling_closes",
    ),
    Transition(
        "return_to_team",
        lazy("Return to the team"),
        (State.IN_REVIEW, State.REVIEWED),
        State.FILLING,
        (Role.PYB,),
        lazy("a reason"),
    ),
    Transition(
        "approve_review",
        lazy("Approve the self-assessment"),
        (State.IN_REVIEW,),
        State.REVIEWED,
        (Role.PYB,),
    ),
    Transition(
        "submit",
        lazy("Submit to the supervisor"),
        (State.REVIEWED,),
        State.SUBMITTED,
        (Role.PYB,),
        lazy("gates answered, evidence complete; unanswered indicators confirmed as 0"),
        "filling_closes",
    ),
    Transition(
        "claim",
        lazy("Take up for verification"),
        (State.SUBMITTED,),
        State.VERIFICATION,
        (Role.VERIFIER,),
        lazy("no conflict of interest, here and in every later step of the desk"),
    ),
    Transition(
        "return_for_clarification",
        lazy("Return for clarification"),
        (State.VERIFICATION,),
        State.CLARIFICATION,
        (Role.VERIFIER,),
        lazy("at least one indicator asked back"),
    ),
    Transition(
        "answer_clarification",
        lazy("Send the repairs"),
        (State.CLARIFICATION,),
        State.VERIFICATION,
        (Role.KEEPER, Role.PYB),
        lazy("every indicator asked back is repaired or answered"),
        "repair_due",
    ),
    Transition(
        "resume_verification",
        lazy("Resume without an answer"),
        (State.CLARIFICATION,),
        State.VERIFICATION,
        (Role.VERIFIER,),
        lazy("the repair date has passed"),
    ),
    Transition(
        "finish_verification",
        lazy("Finish verification"),
        (State.VERIFICATION,),
        State.FINAL_VERIFICATION,
        (Role.VERIFIER,),
        lazy("every indicator accepted or changed"),
    ),
    Transition(
        "return_to_verifier",
        lazy("Return to the verifier"),
        (State.FINAL_VERIFICATION,),
        State.VERIFICATION,
        (Role.COORDINATOR,),
        lazy("a reason"),
    ),
    Transition(
        "sign_off",
        lazy("Sign off for the plenary"),
        (State.FINAL_VERIFICATION,),
        State.PLENARY,
        (Role.COORDINATOR,),
        lazy("second reading by somebody other than the verifier"),
    ),
    Transition(
        "return_from_plenary",
        lazy("Return to final verification"),
        (State.PLENARY,),
        State.FINAL_VERIFICATION,
        (Role.PLENARY,),
        lazy("a reason"),
    ),
    Transition(
        "decide",
        lazy("Decide"),
        (State.PLENARY,),
        State.DECIDED,
        (Role.PLENARY,),
        lazy("index and category known (a survey result where the instrument has one)"),
    ),
    Transition(
        "publish",
        lazy("Publish"),
        (State.DECIDED,),
        State.PUBLISHED,
        (Role.PLENARY, Role.ADMINISTRATOR),
    ),
    Transition(
        "object",
        lazy("Object to the decision"),
        (State.PUBLISHED,),
        State.OBJECTION,
        (Role.PPK, Role.PYB),
        lazy("a reason"),
        "objection_closes",
    ),
    Transition(
        "reject_objection",
        lazy("Reject the objection"),
        (State.OBJECTION,),
        State.PUBLISHED,
        (Role.PLENARY,),
        lazy("a reason; a panel without the verifier has been named"),
    ),
    Transition(
        "correct",
        lazy("Correct by a new decision"),
        (State.PUBLISHED, State.OBJECTION),
        State.PUBLISHED,
        (Role.PLENARY,),
        lazy("a reason; the new decision names the old one; after an objection a panel"),
    ),
)

BY_ACTION = {transition.action: transition for transition in TRANSITIONS}


def action_deadline(assessment: Assessment, action: str) -> datetime | None:
    """The last moment for `action` on the agency's clock, or None when it has none."""
    name = BY_ACTION[action].until
    if not name:
        return None
    day: date | None = (
        assessment.repair_due or assessment.cycle.repair_closes
        if name == "repair_due"
        else getattr(assessment.cycle, name)
    )
    return assessment.end_of(day) if day else None


def answers_deadline(assessment: Assessment) -> datetime | None:
    """The last moment for changing answers: the repair date in clarification, else that of filling in."""
    repairing = assessment.state == State.CLARIFICATION
    return action_deadline(assessment, "answer_clarification" if repairing else "submit")


def why_not_now(assessment: Assessment, action: str, now: datetime | None = None) -> str:
    """Empty when state and date allow `action`; else the sentence that says why not."""
    transition = BY_ACTION[action]
    if assessment.state not in transition.sources:
        return _("This is not possible now: the assessment stands at “%(state)s”.") % {
            "state": State(assessment.state).label
        }
    last = action_deadline(assessment, action)
    if last is not None and (now or timezone.now()) >= last:
        return _("The date for this has passed. Ask the supervisor for a new one.")
    return ""


def lock_assessment(assessment: Assessment) -> Assessment:
    """The row as it stands now, locked until the transaction ends, with cycle and agency."""
    return (
        Assessment.objects.select_related("cycle", "agency")
        .select_for_update(of=("self",))
        .get(pk=assessment.pk)
    )


@transaction.atomic
def advance_assessment(
    assessment: Assessment,
    action: str,
    *,
    actor: Actor,
    changes: dict[str, Any] | None = None,
    audit: dict[str, Any] | None = None,
) -> Assessment:
    """Move a locked `assessment` along `action`; the one place that writes `state`.

    `changes` are further columns to set, `audit` further entries of the audit record.
    Raises Denied or NotNow, and then changes nothing.
    """
    require(actor, f"assessment.{action}", assessment)
    refusal = why_not_now(assessment, action)
    if refusal:
        raise NotNow(refusal)
    before, after = assessment.state, BY_ACTION[action].target
    values = {**(changes or {}), "state": after, "updated_at": timezone.now()}
    moved = Assessment.objects.filter(pk=assessment.pk, state=before, version=assessment.version).update(
        **values, version=assessment.version + 1
    )
    if not moved:
        raise NotNow(_("Somebody else has just moved this assessment on. Nothing was done twice."))
    record(
        f"assessment.{action}",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"state": [before, after.value], **(audit or {})},
    )
    for name, value in values.items():
        setattr(assessment, name, value)
    assessment.version += 1
    return assessment
