"""Who may take a step of the workflow, and what both sides of it ask. State and dates are `workflow`'s."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.conflicts import Concern, desk_predicate
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import AGENCY_ROLES, EVIDENCE_ROLES, Role
from sipinter.foundation.evidence.models import LATEST_ROUND_BEGAN

from .indicator_scope import IndicatorScope
from .models import UNFINISHED, Answer, Assessment, Cycle, State
from .workflow import TRANSITIONS, Transition


def _holds_role(actor: Actor, roles: tuple[Role, ...], assessment: Assessment) -> bool:
    """Agency roles count in the assessment's own agency only; the supervisor's count everywhere."""
    return any(
        actor.has(role, agency_id=assessment.agency_id if role in AGENCY_ROLES else None) for role in roles
    )


@LATEST_ROUND_BEGAN.provide
def latest_round_began(agency_id: int) -> date | None:
    """The first day of the agency's latest round; None before its first."""
    rounds = Cycle.objects.filter(assessments__agency_id=agency_id, opened_at__isnull=False)
    first: date | None = rounds.aggregate(day=Max("filling_opens"))["day"]
    return first


def concern_of(assessment: Assessment) -> Concern:
    """Its agency; having belonged to it counts from the first day of the round."""
    return Concern(assessment.agency_id, assessment.cycle.filling_opens)


def concern_of_part(part: Any) -> Concern:
    """Of an answer, recommendation, second reading or objection: its assessment's."""
    return concern_of(part.assessment)


def _transition_predicate(transition: Transition) -> Callable[[Actor, Any], Permission]:
    def judge(actor: Actor, assessment: Assessment) -> Permission:
        if not _holds_role(actor, transition.who, assessment):
            wanted = ", ".join(str(role.label) for role in transition.who)
            return refuse(_("Only these roles may do this: %(roles)s.") % {"roles": wanted})
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
    desk_predicate(f"assessment.{_transition.action}", about=concern_of)(_transition_predicate(_transition))


@desk_predicate("verdict.read", about=concern_of)
def may_read_verdicts(actor: Actor, assessment: Assessment) -> Permission:
    """Reading verdicts and remarks at the desk, and the conversation with the agency.

    Until verification is finished: the verifier who holds the assessment and the coordinators, for anybody
    else may be drawn to read it a second time without knowing them.
    """
    if actor.has(Role.COORDINATOR) or (actor.has(Role.VERIFIER) and assessment.verifier_id == actor.user_id):
        return YES
    if assessment.state in UNFINISHED:
        return refuse(
            _(
                "Until verification is finished, only the verifier who holds this assessment and the "
                "coordinators see verdicts and the conversation: others may still be drawn to read it a "
                "second time, without knowing them."
            )
        )
    if actor.is_supervisor:
        return YES
    return refuse(_("The desk is for the people of the supervising body."))


@desk_predicate("assessment.discuss", about=concern_of_part)
def may_discuss(actor: Actor, answer: Answer) -> Permission:
    """Writing in an indicator's thread: the agency's team, and whoever reads it at the desk."""
    assessment = answer.assessment
    if assessment.state not in (State.VERIFICATION, State.CLARIFICATION, State.FINAL_VERIFICATION):
        return refuse(_("The conversation is open from verification to the plenary."))
    if IndicatorScope(actor, assessment, EVIDENCE_ROLES).covers(answer.code):
        return YES
    if actor.has(Role.VERIFIER, Role.COORDINATOR):
        return may_read_verdicts(actor, assessment)
    return refuse(_("This indicator is not assigned to you."))


# Rounds and their dates are the national administrator's.
predicate(
    "cycle.manage",
    only=(Role.ADMINISTRATOR,),
    otherwise=lazy("Only the national administrator manages rounds."),
    despite_ties="A round and its dates are the same for every agency; who runs it judges none.",
)
