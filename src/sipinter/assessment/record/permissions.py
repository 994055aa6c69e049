"""Who may take a step of the workflow, and what both sides of it ask. State and dates are `workflow`'s."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import AGENCY_ROLES, EVIDENCE_ROLES, Role

from .indicator_scope import IndicatorScope
from .models import Answer, Assessment, State
from .workflow import TRANSITIONS, Transition


def _holds_role(actor: Actor, roles: tuple[Role, ...], assessment: Assessment) -> bool:
    """Agency roles count in the assessment's own agency only; the supervisor's count everywhere."""
    return any(
        actor.has(role, agency_id=assessment.agency_id if role in AGENCY_ROLES else None) for role in roles
    )


def has_no_conflict(actor: Actor, assessment: Assessment) -> Permission:
    """No for whoever is, or was at any time in the round, one of the agency's own people.

    Nobody judges their own agency (Law 30/2014 on government administration, articles 42 to 45).
    """
    if actor.is_tied_to(assessment.agency_id, assessment.cycle.filling_opens):
        return refuse(
            _(
                "You belong to this agency, or did in this round. Somebody without a conflict of interest "
                "has to judge it."
            )
        )
    return YES


def _transition_predicate(transition: Transition) -> Callable[[Actor, Any], Permission]:
    def judge(actor: Actor, assessment: Assessment) -> Permission:
        if not _holds_role(actor, transition.who, assessment):
            wanted = ", ".join(str(role.label) for role in transition.who)
            return refuse(_("Only these roles may do this: %(roles)s.") % {"roles": wanted})
        if transition.judges:
            apart = has_no_conflict(actor, assessment)
            if not apart:
                return apart
        if transition.by_other_than_verifier and actor.user_id == assessment.verifier_id:
            return refuse(transition.by_other_than_verifier)
        if (
            Role.VERIFIER in transition.who
            and assessment.verifier_id is not None
            and assessment.verifier_id != actor.user_id
        ):
            return refuse(_("Another verifier has taken up this assessment."))
        return YES

    judge.__doc__ = f"{transition.action}: {', '.join(transition.who)}"
    return judge


for _transition in TRANSITIONS:
    predicate(f"assessment.{_transition.action}")(_transition_predicate(_transition))


@predicate("assessment.discuss")
def may_discuss(actor: Actor, answer: Answer) -> Permission:
    """Writing in an indicator's thread: the agency's team and the desk, until the plenary."""
    assessment = answer.assessment
    if assessment.state not in (State.VERIFICATION, State.CLARIFICATION, State.FINAL_VERIFICATION):
        return refuse(_("The conversation is open from verification to the plenary."))
    if actor.has(Role.VERIFIER, Role.COORDINATOR):
        return YES
    if IndicatorScope(actor, assessment, EVIDENCE_ROLES).covers(answer.code):
        return YES
    return refuse(_("This indicator is not assigned to you."))


# Rounds and their dates are the national administrator's.
predicate(
    "cycle.manage",
    only=(Role.ADMINISTRATOR,),
    otherwise=lazy("Only the national administrator manages rounds."),
)
