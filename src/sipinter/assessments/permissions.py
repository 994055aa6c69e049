"""Who may do what to an assessment. State and dates are `workflow`'s; these are about the person."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from sipinter.accounts.actor import Actor, Grant
from sipinter.accounts.permissions import YES, Verdict, no, predicate
from sipinter.accounts.roles import AGENCY_ROLES, Role
from sipinter.evidence.models import also_shown

from .models import Answer, AnswerEvidence, Assessment, Assignment, State
from .models import Verdict as VerifierVerdict
from .workflow import TRANSITIONS, Transition

OPEN_FOR_ANSWERS = (State.FILLING, State.CLARIFICATION)


def _holds_role(actor: Actor, roles: tuple[Role, ...], assessment: Assessment) -> bool:
    """Agency roles count in the assessment's own agency only; the supervisor's count everywhere."""
    return any(
        actor.has(role, agency_id=assessment.agency_id if role in AGENCY_ROLES else None) for role in roles
    )


def _transition_predicate(transition: Transition) -> Callable[[Actor, Any], Verdict]:
    names = {role: role for role in transition.who}

    def judge(actor: Actor, assessment: Assessment) -> Verdict:
        if not _holds_role(actor, transition.who, assessment):
            wanted = ", ".join(str(role.label) for role in names)
            return no(_("Only these roles may do this: %(roles)s.") % {"roles": wanted})
        if transition.action == "sign_off" and actor.user_id == assessment.verifier_id:
            return no(_("The second reading must be by somebody other than the verifier."))
        if (
            Role.VERIFIER in transition.who
            and assessment.verifier_id is not None
            and assessment.verifier_id != actor.user_id
        ):
            return no(_("Another verifier has taken up this assessment."))
        return YES

    judge.__doc__ = f"{transition.action}: {', '.join(transition.who)}"
    return judge


for _transition in TRANSITIONS:
    predicate(f"assessment.{_transition.action}")(_transition_predicate(_transition))


def _is_theirs(actor: Actor, answer: Answer, grants: list[Grant]) -> bool:
    """Within the scope of one of `grants`, or assigned to the person in this assessment (then one query)."""
    if any(grant.covers(answer.code) for grant in grants):
        return True
    mine = Assignment.objects.of(actor).filter(assessment=answer.assessment_id, code=answer.code)
    return bool(grants) and mine.exists()


@also_shown
def evidence_beside_what_is_asked(actor: Actor) -> Q:
    """Documents attached to an indicator that is assigned to the person."""
    asked = Assignment.objects.of(actor).filter(
        assessment=OuterRef("answer__assessment"), code=OuterRef("answer__code")
    )
    return Q(pk__in=AnswerEvidence.objects.filter(Exists(asked)).order_by().values("evidence_id"))


@predicate("assessment.answer")
def may_answer(actor: Actor, answer: Answer) -> Verdict:
    """Writing a claim, note or evidence: the keeper, a team member within their scope, or whom it is
    assigned to.

    In clarification only what the verifier asked back is open.
    """
    assessment = answer.assessment
    grants = actor.grants_in(assessment.agency_id, Role.KEEPER, Role.TEAM)
    if not grants:
        return no(_("Only the agency's self-assessment team answers."))
    if not _is_theirs(actor, answer, grants):
        return no(_("This indicator is not assigned to you."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return no(
            _("Answers are closed: the assessment stands at “%(state)s”.")
            % {"state": State(assessment.state).label}
        )
    if assessment.state == State.CLARIFICATION and answer.verdict != VerifierVerdict.ASK:
        return no(_("Only the indicators that the verifier asked back can be repaired."))
    return YES


@predicate("assessment.workbook")
def may_use_workbook(actor: Actor, assessment: Assessment) -> Verdict:
    """Working offline: whoever fills in, while answers are open. Each answer asks for itself besides."""
    if not actor.grants_in(assessment.agency_id, Role.KEEPER, Role.TEAM):
        return no(_("Only the agency's self-assessment team answers."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return no(
            _("Answers are closed: the assessment stands at “%(state)s”.")
            % {"state": State(assessment.state).label}
        )
    return YES


@predicate("assessment.gates")
def may_answer_gates(actor: Actor, assessment: Assessment) -> Verdict:
    """Gates decide what applies: the account keeper's, while filling in."""
    if not actor.has(Role.KEEPER, agency_id=assessment.agency_id):
        return no(_("Only the account keeper answers which questions apply."))
    if assessment.state != State.FILLING:
        return no(_("Which questions apply can be changed only while filling in."))
    return YES


@predicate("assessment.judge")
def may_judge(actor: Actor, answer: Answer) -> Verdict:
    """A verdict: the verifier who took it up; at final verification the coordinator."""
    assessment = answer.assessment
    if assessment.state == State.VERIFICATION:
        if actor.has(Role.VERIFIER) and assessment.verifier_id == actor.user_id:
            return YES
        return no(_("Only the verifier who took up this assessment judges its indicators."))
    if assessment.state == State.FINAL_VERIFICATION:
        if actor.has(Role.COORDINATOR):
            return YES
        return no(_("At final verification only the coordinator changes a verdict."))
    return no(_("The assessment is not in verification."))


@predicate("assessment.discuss")
def may_discuss(actor: Actor, answer: Answer) -> Verdict:
    """Writing in an indicator's thread: the agency's team and the desk, until the plenary."""
    assessment = answer.assessment
    if assessment.state not in (State.VERIFICATION, State.CLARIFICATION, State.FINAL_VERIFICATION):
        return no(_("The conversation is open from verification to the plenary."))
    if actor.has(Role.VERIFIER, Role.COORDINATOR):
        return YES
    grants = actor.grants_in(assessment.agency_id, Role.KEEPER, Role.TEAM, Role.PYB)
    if _is_theirs(actor, answer, grants):
        return YES
    return no(_("This indicator is not assigned to you."))


WITHIN_THE_AGENCY = (Role.KEEPER, Role.TEAM, Role.PYB, Role.PPK)


@predicate("assessment.comment")
def may_comment(actor: Actor, answer: Answer) -> Verdict:
    """Reading and writing what the agency's people say to one another about an indicator: they alone."""
    grants = actor.grants_in(answer.assessment.agency_id, *WITHIN_THE_AGENCY)
    if not grants:
        return no(_("Only people of this agency read and write its comments."))
    if any(not grant.is_confined for grant in grants) or _is_theirs(actor, answer, grants):
        return YES
    return no(_("This indicator is not assigned to you."))


@predicate("assessment.assign")
def may_assign(actor: Actor, assessment: Assessment) -> Verdict:
    """Asking people and units for indicators, while the agency fills in or repairs: the account keeper."""
    if not actor.has(Role.KEEPER, agency_id=assessment.agency_id):
        return no(_("Only the account keeper assigns indicators."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return no(
            _("Answers are closed: the assessment stands at “%(state)s”.")
            % {"state": State(assessment.state).label}
        )
    return YES


@predicate("assessment.team_board")
def may_see_team(actor: Actor, assessment: Assessment) -> Verdict:
    """Who has what, who is late: the agency's own people who see the whole assessment."""
    grants = actor.grants_in(assessment.agency_id, *WITHIN_THE_AGENCY)
    if any(not grant.is_confined for grant in grants):
        return YES
    return no(_("Only people of this agency who see the whole assessment see how it is shared out."))


@predicate("assessment.summary")
def may_see_summary(actor: Actor, assessment: Assessment) -> Verdict:
    """The page of the secretary: the secretary, the head of the agency, and the account keeper."""
    if actor.has(Role.PYB, Role.PPK, Role.KEEPER, agency_id=assessment.agency_id):
        return YES
    return no(_("This page is for the secretary, the head of the agency and the account keeper."))


@predicate("assessment.record_survey")
def may_record_survey(actor: Actor, assessment: Assessment) -> Verdict:
    """The employee survey's result is entered by the supervisor."""
    if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        return YES
    return no(_("Only the supervisor records the survey's result."))


@predicate("cycle.manage")
def may_manage_cycles(actor: Actor, cycle: Any) -> Verdict:
    """Rounds and their dates are the national administrator's."""
    return YES if actor.has(Role.ADMINISTRATOR) else no(_("Only the national administrator manages rounds."))
