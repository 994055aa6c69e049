"""Who may do what to an assessment. State and dates are `workflow`'s; these are about the person."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.foundation.access.actor import Actor, Grant
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import (
    AGENCY_ROLES,
    ANSWERING_ROLES,
    ASSESSMENT_ROLES,
    DESK_ROLES,
    EVIDENCE_ROLES,
    LEADING_ROLES,
    Role,
)
from sipinter.foundation.evidence.models import EVIDENCE_BESIDE_TASKS

from .models import (
    Answer,
    AnswerEvidence,
    Assessment,
    Assignment,
    Example,
    Objection,
    QuickAssessment,
    SecondReading,
    State,
)
from .models import Verdict as VerifierVerdict
from .models.examples import CONSENTING, PROPOSING
from .workflow import TRANSITIONS, Transition

OPEN_FOR_ANSWERS = (State.FILLING, State.CLARIFICATION)


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
    names = {role: role for role in transition.who}

    def judge(actor: Actor, assessment: Assessment) -> Permission:
        if not _holds_role(actor, transition.who, assessment):
            wanted = ", ".join(str(role.label) for role in names)
            return refuse(_("Only these roles may do this: %(roles)s.") % {"roles": wanted})
        if DESK_ROLES & set(transition.who) and transition.action != "publish":
            apart = has_no_conflict(actor, assessment)
            if not apart:
                return apart
        if transition.action == "reject_objection" and actor.user_id == assessment.verifier_id:
            return refuse(_("The verifier does not decide about an objection to the verification."))
        if transition.action == "sign_off" and actor.user_id == assessment.verifier_id:
            return refuse(_("The second reading must be by somebody other than the verifier."))
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


def _is_theirs(actor: Actor, answer: Answer, grants: list[Grant]) -> bool:
    """Within the scope of one of `grants`, or assigned to the person in this assessment (then one query)."""
    if any(grant.covers(answer.code) for grant in grants):
        return True
    mine = Assignment.objects.of(actor).filter(assessment=answer.assessment_id, code=answer.code)
    return bool(grants) and mine.exists()


@EVIDENCE_BESIDE_TASKS.provide
def assigned_evidence(actor: Actor) -> Q:
    """Documents attached to an indicator that is assigned to the person."""
    asked = Assignment.objects.of(actor).filter(
        assessment=OuterRef("answer__assessment"), code=OuterRef("answer__code")
    )
    return Q(pk__in=AnswerEvidence.objects.filter(Exists(asked)).order_by().values("evidence_id"))


@predicate("assessment.answer")
def may_answer(actor: Actor, answer: Answer) -> Permission:
    """Writing a claim, note or evidence: the keeper, a team member within their scope, or whom it is
    assigned to.

    In clarification only what the verifier asked back is open.
    """
    assessment = answer.assessment
    grants = actor.grants_in(assessment.agency_id, *ANSWERING_ROLES)
    if not grants:
        return refuse(_("Only the agency's self-assessment team answers."))
    if not _is_theirs(actor, answer, grants):
        return refuse(_("This indicator is not assigned to you."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return refuse(
            _("Answers are closed: the assessment stands at “%(state)s”.")
            % {"state": State(assessment.state).label}
        )
    if assessment.state == State.CLARIFICATION and answer.verdict != VerifierVerdict.ASK:
        return refuse(_("Only the indicators that the verifier asked back can be repaired."))
    return YES


@predicate("assessment.workbook")
def may_use_workbook(actor: Actor, assessment: Assessment) -> Permission:
    """Working offline: whoever fills in, while answers are open. Each answer asks for itself besides."""
    if not actor.grants_in(assessment.agency_id, *ANSWERING_ROLES):
        return refuse(_("Only the agency's self-assessment team answers."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return refuse(
            _("Answers are closed: the assessment stands at “%(state)s”.")
            % {"state": State(assessment.state).label}
        )
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


@predicate("assessment.judge")
def may_judge(actor: Actor, answer: Answer) -> Permission:
    """A verdict: the verifier who took it up; at final verification the coordinator."""
    assessment = answer.assessment
    if assessment.state in (State.VERIFICATION, State.FINAL_VERIFICATION):
        apart = has_no_conflict(actor, assessment)
        if not apart:
            return apart
    if assessment.state == State.VERIFICATION:
        if actor.has(Role.VERIFIER) and assessment.verifier_id == actor.user_id:
            return YES
        return refuse(_("Only the verifier who took up this assessment judges its indicators."))
    if assessment.state == State.FINAL_VERIFICATION:
        if actor.has(Role.COORDINATOR):
            return YES
        return refuse(_("At final verification only the coordinator changes a verdict."))
    return refuse(_("The assessment is not in verification."))


@predicate("assessment.discuss")
def may_discuss(actor: Actor, answer: Answer) -> Permission:
    """Writing in an indicator's thread: the agency's team and the desk, until the plenary."""
    assessment = answer.assessment
    if assessment.state not in (State.VERIFICATION, State.CLARIFICATION, State.FINAL_VERIFICATION):
        return refuse(_("The conversation is open from verification to the plenary."))
    if actor.has(Role.VERIFIER, Role.COORDINATOR):
        return YES
    grants = actor.grants_in(assessment.agency_id, *EVIDENCE_ROLES)
    if _is_theirs(actor, answer, grants):
        return YES
    return refuse(_("This indicator is not assigned to you."))


@predicate("assessment.comment")
def may_comment(actor: Actor, answer: Answer) -> Permission:
    """Reading and writing what the agency's people say to one another about an indicator: they alone."""
    grants = actor.grants_in(answer.assessment.agency_id, *ASSESSMENT_ROLES)
    if not grants:
        return refuse(_("Only people of this agency read and write its comments."))
    if any(not grant.is_confined for grant in grants) or _is_theirs(actor, answer, grants):
        return YES
    return refuse(_("This indicator is not assigned to you."))


@predicate("assessment.assign")
def may_assign(actor: Actor, assessment: Assessment) -> Permission:
    """Asking people and units for indicators, while the agency fills in or repairs: the account keeper."""
    if not actor.has(Role.KEEPER, agency_id=assessment.agency_id):
        return refuse(_("Only the account keeper assigns indicators."))
    if assessment.state not in OPEN_FOR_ANSWERS:
        return refuse(
            _("Answers are closed: the assessment stands at “%(state)s”.")
            % {"state": State(assessment.state).label}
        )
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


@predicate("assessment.record_survey")
def may_record_survey(actor: Actor, assessment: Assessment) -> Permission:
    """The employee survey's result is entered by the supervisor."""
    if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        return has_no_conflict(actor, assessment)
    return refuse(_("Only the supervisor records the survey's result."))


# Rounds and their dates are the national administrator's.
predicate(
    "cycle.manage",
    only=(Role.ADMINISTRATOR,),
    otherwise=lazy("Only the national administrator manages rounds."),
)


@predicate("assessment.hand_over")
def may_hand_over(actor: Actor, assessment: Assessment) -> Permission:
    """Giving the verification to another verifier: who holds it, or the coordinator."""
    if assessment.state not in (State.VERIFICATION, State.CLARIFICATION):
        return refuse(_("An assessment is handed over while it is being verified."))
    if actor.has(Role.COORDINATOR):
        return YES
    if actor.has(Role.VERIFIER) and assessment.verifier_id == actor.user_id:
        return YES
    return refuse(_("Only the verifier who took it up, or a coordinator, hands an assessment over."))


@predicate("second_reading.read")
def may_do_second_reading(actor: Actor, reading: SecondReading) -> Permission:
    """A second reading: the verifier to whom it was given, never the first one."""
    if not actor.has(Role.VERIFIER) or reading.reader_id != actor.user_id:
        return refuse(_("Only the verifier to whom this second reading was given reads it."))
    if reading.assessment.verifier_id == actor.user_id or reading.first_reader_id == actor.user_id:
        return refuse(_("The second reading must be by somebody other than the verifier."))
    return has_no_conflict(actor, reading.assessment)


# Giving second readings to another verifier: the coordinator.
predicate(
    "second_reading.assign",
    only=(Role.COORDINATOR,),
    otherwise=lazy("Only a coordinator gives second readings to somebody else."),
)


# How far readers agree says something about people: for coordinators and the administrator.
predicate(
    "agreement.read",
    only=(Role.COORDINATOR, Role.ADMINISTRATOR),
    otherwise=lazy("Only coordinators see how far readers agree."),
)


# The list of frequent reasons is the coordinators'.
predicate(
    "reason.keep", only=(Role.COORDINATOR,), otherwise=lazy("Only a coordinator keeps the list of reasons.")
)


# The library of good practice grows from what verifiers and coordinators read.
predicate(
    "example.propose", only=PROPOSING, otherwise=lazy("Only verifiers and coordinators propose examples.")
)


# Publishing and withdrawing examples: a coordinator.
predicate(
    "example.publish",
    only=(Role.COORDINATOR,),
    otherwise=lazy("Only a coordinator publishes and withdraws examples."),
)


@predicate("example.consent")
def may_consent_to_example(actor: Actor, example: Example) -> Permission:
    """Consent for an agency's example: its account keeper or secretary."""
    if example.agency_id is not None and actor.has(*CONSENTING, agency_id=example.agency_id):
        return YES
    return refuse(_("Only the account keeper and the secretary of the agency consent for it."))


# Days of desk verification are planned by coordinators.
predicate(
    "desk_day.manage",
    only=(Role.COORDINATOR,),
    otherwise=lazy("Only a coordinator plans days of desk verification."),
)


# A meeting of the plenary is held and recorded by a member.
predicate(
    "meeting.hold", only=(Role.PLENARY,), otherwise=lazy("Only a member of the plenary records its meeting.")
)


@predicate("condition.follow")
def may_follow_conditions(actor: Actor, assessment: Assessment) -> Permission:
    """Noting that a condition of a decision was met: coordinator or plenary."""
    if actor.has(Role.COORDINATOR, Role.PLENARY):
        return has_no_conflict(actor, assessment)
    return refuse(_("Only the coordinator or the plenary notes that a condition was met."))


@predicate("objection.evidence")
def may_add_to_objection(actor: Actor, objection: Objection) -> Permission:
    """Documents for an objection: the agency's keeper, team and secretary, while it is open."""
    if not actor.has(*EVIDENCE_ROLES, agency_id=objection.assessment.agency_id):
        return refuse(_("Only the keeper, the team and the secretary of this agency add evidence."))
    if objection.closed_at is not None:
        return refuse(_("The objection has been decided; nothing is added to it any more."))
    return YES


@predicate("objection.panel")
def may_name_panel(actor: Actor, objection: Objection) -> Permission:
    """Naming the panel that hears an objection: a member of the plenary, while it is open."""
    if not actor.has(Role.PLENARY):
        return refuse(_("Only a member of the plenary names the panel."))
    if objection.closed_at is not None:
        return refuse(_("The objection has been decided; its panel stands."))
    return has_no_conflict(actor, objection.assessment)


@predicate("quick.start")
def may_start_quick_assessment(actor: Actor, regional_office: str) -> Permission:
    """A quick assessment: a regional office's own people, of an agency in their region."""
    mine = {g.regional_office for g in actor.grants if g.role == Role.REGIONAL_OFFICE} - {""}
    if regional_office in mine:
        return YES
    return refuse(_("Only the regional office of this agency's region makes a quick assessment of it."))


@predicate("quick.fill")
def may_fill_quick_assessment(actor: Actor, quick: QuickAssessment) -> Permission:
    """Levels and report of a quick assessment: its office, until it is finished."""
    allowed = may_start_quick_assessment(actor, quick.office)
    if not allowed:
        return allowed
    if quick.finished_at is not None:
        return refuse(_("This quick assessment is finished; its report stands."))
    return YES
