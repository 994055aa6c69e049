"""The workflow of an assessment as one table, read by services, pages, tests and docs alike.

States and order follow the yearly round of the merit assessment (PerKASN 9/2019; the rounds as reported
in the press): self-assessment, review by the PyB, verification and clarification, final verification,
plenary, decision, publication, objection.
"""

from collections.abc import Callable
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

from . import guards
from .guards import Guard
from .models import Assessment, State


@dataclass(frozen=True)
class Transition:
    """One arrow of the state machine.

    `by_other_than_verifier`: what the verifier of the assessment is told, where somebody else must take it.
    `guard`: what must hold before it. `needs`: what else it needs, from the person who takes it, for the
    docs. `until`: the last day for it.
    """

    action: str
    title: str | Promise
    sources: tuple[State, ...]
    target: State
    who: tuple[Role, ...]
    by_other_than_verifier: str | Promise = ""
    guard: Guard | None = None
    needs: str = ""
    until: Callable[[Assessment], date] | None = None


def filling_closes(assessment: Assessment) -> date:
    """The round's last day for filling in and sending."""
    return assessment.cycle.filling_closes


def repair_due(assessment: Assessment) -> date:
    """The last day for repairs: the verifier's, else the round's."""
    return assessment.repair_due or assessment.cycle.repair_closes


def objection_closes(assessment: Assessment) -> date:
    """The round's last day for objections."""
    return assessment.cycle.objection_closes


TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        action="start",
        title=lazy("Start filling in"),
        sources=(State.PREPARING,),
        target=State.FILLING,
        who=(Role.KEEPER,),
        guard=guards.round_has_opened,
        until=filling_closes,
    ),
    Transition(
        action="request_review",
        title=lazy("Send to the secretary"),
        sources=(State.FILLING,),
        target=State.IN_REVIEW,
        who=(Role.KEEPER,),
        guard=guards.claims_are_complete,
        until=filling_closes,
    ),
    Transition(
        action="return_to_team",
        title=lazy("Return to the team"),
        sources=(State.IN_REVIEW, State.REVIEWED),
        target=State.FILLING,
        who=(Role.PYB,),
        needs="a reason",
    ),
    Transition(
        action="approve_review",
        title=lazy("Approve the self-assessment"),
        sources=(State.IN_REVIEW,),
        target=State.REVIEWED,
        who=(Role.PYB,),
    ),
    Transition(
        action="submit",
        title=lazy("Submit to the supervisor"),
        sources=(State.REVIEWED,),
        target=State.SUBMITTED,
        who=(Role.PYB,),
        guard=guards.claims_are_complete,
        needs="unanswered indicators confirmed as 0",
        until=filling_closes,
    ),
    Transition(
        action="claim",
        title=lazy("Take up for verification"),
        sources=(State.SUBMITTED,),
        target=State.VERIFICATION,
        who=(Role.VERIFIER,),
        needs="no conflict of interest, here and in every later step of the desk",
    ),
    Transition(
        action="return_for_clarification",
        title=lazy("Return for clarification"),
        sources=(State.VERIFICATION,),
        target=State.CLARIFICATION,
        who=(Role.VERIFIER,),
        guard=guards.questions_are_current,
    ),
    Transition(
        action="answer_clarification",
        title=lazy("Send the repairs"),
        sources=(State.CLARIFICATION,),
        target=State.VERIFICATION,
        who=(Role.KEEPER, Role.PYB),
        guard=guards.repairs_are_complete,
        until=repair_due,
    ),
    Transition(
        action="resume_verification",
        title=lazy("Resume without an answer"),
        sources=(State.CLARIFICATION,),
        target=State.VERIFICATION,
        who=(Role.VERIFIER,),
        guard=guards.repair_date_has_passed,
    ),
    Transition(
        action="finish_verification",
        title=lazy("Finish verification"),
        sources=(State.VERIFICATION,),
        target=State.FINAL_VERIFICATION,
        who=(Role.VERIFIER,),
        guard=guards.all_are_judged,
    ),
    Transition(
        action="return_to_verifier",
        title=lazy("Return to the verifier"),
        sources=(State.FINAL_VERIFICATION,),
        target=State.VERIFICATION,
        who=(Role.COORDINATOR,),
        needs="a reason",
    ),
    Transition(
        action="sign_off",
        title=lazy("Sign off for the plenary"),
        sources=(State.FINAL_VERIFICATION,),
        target=State.PLENARY,
        who=(Role.COORDINATOR,),
        by_other_than_verifier=lazy("The second reading must be by somebody other than the verifier."),
        guard=guards.all_are_judged,
        needs="second reading by somebody other than the verifier",
    ),
    Transition(
        action="return_from_plenary",
        title=lazy("Return to final verification"),
        sources=(State.PLENARY,),
        target=State.FINAL_VERIFICATION,
        who=(Role.PLENARY,),
        needs="a reason",
    ),
    Transition(
        action="decide",
        title=lazy("Decide"),
        sources=(State.PLENARY,),
        target=State.DECIDED,
        who=(Role.PLENARY,),
        guard=guards.result_is_known,
    ),
    Transition(
        action="publish",
        title=lazy("Publish"),
        sources=(State.DECIDED,),
        target=State.PUBLISHED,
        who=(Role.PLENARY, Role.ADMINISTRATOR),
    ),
    Transition(
        action="object",
        title=lazy("Object to the decision"),
        sources=(State.PUBLISHED,),
        target=State.OBJECTION,
        who=(Role.PPK, Role.PYB),
        needs="a reason",
        until=objection_closes,
    ),
    Transition(
        action="reject_objection",
        title=lazy("Reject the objection"),
        sources=(State.OBJECTION,),
        target=State.PUBLISHED,
        who=(Role.PLENARY,),
        by_other_than_verifier=lazy("The verifier does not decide about an objection to the verification."),
        guard=guards.panel_is_named,
        needs="a reason",
    ),
    Transition(
        action="correct",
        title=lazy("Correct by a new decision"),
        sources=(State.PUBLISHED, State.OBJECTION),
        target=State.PUBLISHED,
        who=(Role.PLENARY,),
        guard=guards.panel_is_named,
        needs="a reason; the new decision names the old one",
    ),
)

BY_ACTION = {transition.action: transition for transition in TRANSITIONS}


def action_deadline(assessment: Assessment, action: str) -> datetime | None:
    """The last moment for `action` on the agency's clock, or None when it has none."""
    until = BY_ACTION[action].until
    return assessment.end_of(until(assessment)) if until else None


def answers_deadline(assessment: Assessment) -> datetime | None:
    """The last moment for changing answers: the repair date in clarification, else that of filling in."""
    repairing = assessment.state == State.CLARIFICATION
    return action_deadline(assessment, "answer_clarification" if repairing else "submit")


def is_answering_over(assessment: Assessment) -> bool:
    """Whether the last moment for changing answers has passed."""
    last = answers_deadline(assessment)
    return last is not None and timezone.now() >= last


def why_not_now(assessment: Assessment, action: str) -> str:
    """Empty when state and date allow `action`; else the sentence that says why not."""
    transition = BY_ACTION[action]
    if assessment.state not in transition.sources:
        return _("This is not possible now: the assessment stands at “%(state)s”.") % {
            "state": State(assessment.state).label
        }
    last = action_deadline(assessment, action)
    if last is not None and timezone.now() >= last:
        return _("The date for this has passed. Ask the supervisor for a new one.")
    return ""


def step_obstacle(assessment: Assessment, action: str) -> str:
    """Why nobody can take `action` now, as a sentence: state, date, or its guard; empty when it is free."""
    guard = BY_ACTION[action].guard
    return why_not_now(assessment, action) or (guard(assessment) if guard else "")


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
    refusal = step_obstacle(assessment, action)
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
