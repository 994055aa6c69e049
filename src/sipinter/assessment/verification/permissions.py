"""Who may do what at the verification desk."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Answer, Assessment, QuickAssessment, SecondReading, State
from sipinter.assessment.record.permissions import has_no_conflict
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import Role


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


# Days of desk verification are planned by coordinators.
predicate(
    "desk_day.manage",
    only=(Role.COORDINATOR,),
    otherwise=lazy("Only a coordinator plans days of desk verification."),
)


@predicate("assessment.record_survey")
def may_record_survey(actor: Actor, assessment: Assessment) -> Permission:
    """The employee survey's result is entered by the supervisor."""
    if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        return has_no_conflict(actor, assessment)
    return refuse(_("Only the supervisor records the survey's result."))


@predicate("quick.start")
def may_start_quick_assessment(actor: Actor, regional_office: str) -> Permission:
    """A quick assessment: a regional office's own people, of an agency in their region."""
    if regional_office in actor.regional_offices:
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
