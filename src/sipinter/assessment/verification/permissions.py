"""Who may do what at the verification desk."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Answer, Assessment, QuickAssessment, SecondReading, State
from sipinter.assessment.record.permissions import concern_of, concern_of_part
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.conflicts import Concern, desk_predicate
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import Role


@desk_predicate("assessment.judge", about=concern_of_part)
def may_judge(actor: Actor, answer: Answer) -> Permission:
    """A verdict: the verifier who took it up; at final verification the coordinator."""
    assessment = answer.assessment
    if assessment.state == State.VERIFICATION:
        if actor.has(Role.VERIFIER) and assessment.verifier_id == actor.user_id:
            return YES
        return refuse(_("Only the verifier who took up this assessment judges its indicators."))
    if assessment.state == State.FINAL_VERIFICATION:
        if actor.has(Role.COORDINATOR):
            return YES
        return refuse(_("At final verification only the coordinator changes a verdict."))
    return refuse(_("The assessment is not in verification."))


@desk_predicate("assessment.hand_over", about=concern_of)
def may_hand_over(actor: Actor, assessment: Assessment) -> Permission:
    """Giving the verification to another verifier: who holds it, or the coordinator."""
    if assessment.state not in (State.VERIFICATION, State.CLARIFICATION):
        return refuse(_("An assessment is handed over while it is being verified."))
    if actor.has(Role.COORDINATOR):
        return YES
    if actor.has(Role.VERIFIER) and assessment.verifier_id == actor.user_id:
        return YES
    return refuse(_("Only the verifier who took it up, or a coordinator, hands an assessment over."))


@desk_predicate("second_reading.read", about=concern_of_part)
def may_do_second_reading(actor: Actor, reading: SecondReading) -> Permission:
    """A second reading: the verifier to whom it was given, never the first one."""
    if not actor.has(Role.VERIFIER) or reading.reader_id != actor.user_id:
        return refuse(_("Only the verifier to whom this second reading was given reads it."))
    if reading.assessment.verifier_id == actor.user_id or reading.first_reader_id == actor.user_id:
        return refuse(_("The second reading must be by somebody other than the verifier."))
    return YES


@desk_predicate("second_reading.assign", about=concern_of)
def may_assign_second_readings(actor: Actor, assessment: Assessment) -> Permission:
    """Giving second readings to another verifier: the coordinator."""
    if actor.has(Role.COORDINATOR):
        return YES
    return refuse(_("Only a coordinator gives second readings to somebody else."))


# How far readers agree says something about people: for coordinators and the administrator.
predicate(
    "agreement.read",
    only=(Role.COORDINATOR, Role.ADMINISTRATOR),
    otherwise=lazy("Only coordinators see how far readers agree."),
    despite_ties="Figures of a whole round; no agency and no verdict stands in them.",
)


@desk_predicate("reason.keep", about=lambda answer: concern_of_part(answer) if answer else None)
def may_keep_reason(actor: Actor, _answer: Answer | None) -> Permission:
    """Keeping the list of frequent reasons, from the verdict on `_answer` if any: the coordinator."""
    if actor.has(Role.COORDINATOR):
        return YES
    return refuse(_("Only a coordinator keeps the list of reasons."))


# Days of desk verification are planned by coordinators.
_ONLY_COORDINATORS_PLAN = lazy("Only a coordinator plans days of desk verification.")
predicate(
    "desk_day.manage",
    only=(Role.COORDINATOR,),
    otherwise=_ONLY_COORDINATORS_PLAN,
    despite_ties="A day is for many agencies; the slot of each asks for itself (`desk_day.give_slot`).",
)


@desk_predicate("desk_day.give_slot", about=concern_of)
def may_give_slot(actor: Actor, assessment: Assessment) -> Permission:
    """Giving an agency its slot on such a day, or taking it off: the coordinator."""
    return YES if actor.has(Role.COORDINATOR) else refuse(_ONLY_COORDINATORS_PLAN)


@desk_predicate("assessment.record_survey", about=concern_of)
def may_record_survey(actor: Actor, assessment: Assessment) -> Permission:
    """The employee survey's result is entered by the supervisor."""
    if actor.has(Role.COORDINATOR, Role.ADMINISTRATOR):
        return YES
    return refuse(_("Only the supervisor records the survey's result."))


def _concern_of_quick(quick: QuickAssessment) -> Concern | None:
    return Concern(quick.agency_id, quick.cycle.filling_opens) if quick.agency_id else None


@desk_predicate("quick.start", about=_concern_of_quick)
def may_start_quick_assessment(actor: Actor, quick: QuickAssessment) -> Permission:
    """A quick assessment: a regional office's own people, of an agency in their region.

    `quick` is not saved yet; without an agency: of any.
    """
    if quick.office in actor.regional_offices:
        return YES
    return refuse(_("Only the regional office of this agency's region makes a quick assessment of it."))


@desk_predicate("quick.fill", about=_concern_of_quick)
def may_fill_quick_assessment(actor: Actor, quick: QuickAssessment) -> Permission:
    """Levels and report of a quick assessment: its office, until it is finished."""
    allowed = may_start_quick_assessment(actor, quick)
    if not allowed:
        return allowed
    if quick.finished_at is not None:
        return refuse(_("This quick assessment is finished; its report stands."))
    return YES
