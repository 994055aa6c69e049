"""Who may do what in the agency's own work on its assessment."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from sipinter.assessment.record.indicator_scope import IndicatorScope
from sipinter.assessment.record.models import Answer, AnswerEvidence, Assessment, Assignment, State, Verdict
from sipinter.assessment.record.workflow import is_answering_over
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, may, predicate, refuse
from sipinter.foundation.access.roles import ANSWERING_ROLES, ASSESSMENT_ROLES, LEADING_ROLES, Role
from sipinter.foundation.evidence.models import EVIDENCE_BESIDE_TASKS

OPEN_FOR_ANSWERS = (State.FILLING, State.CLARIFICATION)


@EVIDENCE_BESIDE_TASKS.provide
def assigned_evidence(actor: Actor) -> Q:
    """Documents attached to an indicator that is assigned to the person."""
    asked = Assignment.objects.of(actor).filter(
        assessment=OuterRef("answer__assessment"), code=OuterRef("answer__code")
    )
    return Q(pk__in=AnswerEvidence.objects.filter(Exists(asked)).order_by().values("evidence_id"))


def may_in_time(actor: Actor, action: str, obj: object, assessment: Assessment) -> Permission:
    """`may`, and until the last moment for changing answers: what a page shows before it is tried."""
    allowed = may(actor, action, obj)
    if allowed and is_answering_over(assessment):
        return refuse(_("The date for this stage has passed. Ask the supervisor for a new one."))
    return allowed


def _refuse_closed_answers(assessment: Assessment) -> Permission:
    return refuse(
        _("Answers are closed: the assessment stands at “%(state)s”.")
        % {"state": State(assessment.state).label}
    )


@predicate("assessment.answer")
def may_answer(actor: Actor, answer: Answer) -> Permission:
    """Writing a claim, note or evidence: the keeper, a team member within their scope, or whom it is
    assigned to.

    In clarification only what the verifier asked back is open.
    """
    assessment = answer.assessment
    scope = IndicatorScope(actor, assessment)
    if not scope.grants:
        return refuse(_("Only the agency's self-assessment team answers."))
    if not scope.covers(answer.code):
        return refuse(_("This indicator is not assigned to you."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return _refuse_closed_answers(assessment)
    if assessment.state == State.CLARIFICATION and answer.verdict != Verdict.ASK:
        return refuse(_("Only the indicators that the verifier asked back can be repaired."))
    return YES


@predicate("assessment.workbook")
def may_use_workbook(actor: Actor, assessment: Assessment) -> Permission:
    """Working offline: whoever fills in, while answers are open. Each answer asks for itself besides."""
    if not actor.grants_in(assessment.agency_id, *ANSWERING_ROLES):
        return refuse(_("Only the agency's self-assessment team answers."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return _refuse_closed_answers(assessment)
    return YES


@predicate("assessment.carry_over")
def may_carry_over(actor: Actor, assessment: Assessment) -> Permission:
    """Starting from an earlier year: whoever fills in, while filling in. Each answer asks for itself."""
    grants = actor.grants_in(assessment.agency_id, *ANSWERING_ROLES)
    if all(grant.is_confined for grant in grants):
        return refuse(_("Only the agency's self-assessment team answers."))
    if assessment.state != State.FILLING:
        return refuse(_("An earlier year can be taken over only while filling in."))
    return YES


@predicate("assessment.look_back")
def may_see_earlier_years(actor: Actor, assessment: Assessment) -> Permission:
    """Seeing an earlier year beside this one: the agency's own people who see the whole assessment."""
    if assessment.agency_id in actor.agency_ids(ASSESSMENT_ROLES):
        return YES
    return refuse(_("Only people of this agency see its earlier years here."))


@predicate("assessment.gates")
def may_answer_gates(actor: Actor, assessment: Assessment) -> Permission:
    """Gates decide what applies: the account keeper's, while filling in."""
    if not actor.has(Role.KEEPER, agency_id=assessment.agency_id):
        return refuse(_("Only the account keeper answers which questions apply."))
    if assessment.state != State.FILLING:
        return refuse(_("Which questions apply can be changed only while filling in."))
    return YES


@predicate("assessment.comment")
def may_comment(actor: Actor, answer: Answer) -> Permission:
    """Reading and writing what the agency's people say to one another about an indicator: they alone."""
    scope = IndicatorScope(actor, answer.assessment, ASSESSMENT_ROLES)
    if not scope.grants:
        return refuse(_("Only people of this agency read and write its comments."))
    if any(not grant.is_confined for grant in scope.grants) or scope.covers(answer.code):
        return YES
    return refuse(_("This indicator is not assigned to you."))


@predicate("assessment.assign")
def may_assign(actor: Actor, assessment: Assessment) -> Permission:
    """Asking people and units for indicators, while the agency fills in or repairs: the account keeper."""
    if not actor.has(Role.KEEPER, agency_id=assessment.agency_id):
        return refuse(_("Only the account keeper assigns indicators."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return _refuse_closed_answers(assessment)
    return YES


@predicate("assessment.team_board")
def may_see_team(actor: Actor, assessment: Assessment) -> Permission:
    """Who has what, who is late: the agency's own people who see the whole assessment."""
    grants = actor.grants_in(assessment.agency_id, *ASSESSMENT_ROLES)
    if any(not grant.is_confined for grant in grants):
        return YES
    return refuse(_("Only people of this agency who see the whole assessment see how it is shared out."))


@predicate("assessment.summary")
def may_see_summary(actor: Actor, assessment: Assessment) -> Permission:
    """The page of the secretary: the secretary, the head of the agency, and the account keeper."""
    if actor.has(*LEADING_ROLES, agency_id=assessment.agency_id):
        return YES
    return refuse(_("This page is for the secretary, the head of the agency and the account keeper."))
