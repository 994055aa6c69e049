"""Who may do what in the plenary and about its decisions."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Assessment, Objection
from sipinter.assessment.record.permissions import concern_of, concern_of_part
from sipinter.assessment.record.queries.decisions import pending_publication
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.conflicts import desk_predicate
from sipinter.foundation.access.permissions import YES, Permission, may, predicate, refuse
from sipinter.foundation.access.roles import EVIDENCE_ROLES, Role

# A meeting of the plenary is held and recorded by a member.
predicate(
    "meeting.hold",
    only=(Role.PLENARY,),
    otherwise=lazy("Only a member of the plenary records its meeting."),
    despite_ties="A meeting decides about many agencies; each case asks for itself (`assessment.decide`).",
)


@desk_predicate("condition.follow", about=concern_of)
def may_follow_conditions(actor: Actor, assessment: Assessment) -> Permission:
    """Noting that a condition of a decision was met: coordinator or plenary."""
    if actor.has(Role.COORDINATOR, Role.PLENARY):
        return YES
    return refuse(_("Only the coordinator or the plenary notes that a condition was met."))


@desk_predicate("publication.confirm", about=concern_of)
def may_confirm_publication(actor: Actor, assessment: Assessment) -> Permission:
    """Confirming a publication: whoever may publish, but for the person who asked for it."""
    allowed = may(actor, "assessment.publish", assessment)
    if not allowed:
        return allowed
    asked = pending_publication(assessment)
    if asked is not None and asked.requested_by_id == actor.user_id:
        return refuse(_("You asked for this publication yourself. A second person has to confirm it."))
    return YES


@desk_predicate("papers.sign", about=concern_of)
def may_sign_papers(actor: Actor, assessment: Assessment) -> Permission:
    """Signing a decision's papers by one's own certificate: a member of the plenary."""
    if actor.has(Role.PLENARY):
        return YES
    return refuse(_("Only a member of the plenary signs the papers of a decision."))


@predicate("objection.evidence")
def may_add_to_objection(actor: Actor, objection: Objection) -> Permission:
    """Documents for an objection: the agency's keeper, team and secretary, while it is open."""
    if not actor.has(*EVIDENCE_ROLES, agency_id=objection.assessment.agency_id):
        return refuse(_("Only the keeper, the team and the secretary of this agency add evidence."))
    if objection.closed_at is not None:
        return refuse(_("The objection has been decided; nothing is added to it any more."))
    return YES


@desk_predicate("objection.panel", about=concern_of_part)
def may_name_panel(actor: Actor, objection: Objection) -> Permission:
    """Naming the panel that hears an objection: a member of the plenary, while it is open."""
    if not actor.has(Role.PLENARY):
        return refuse(_("Only a member of the plenary names the panel."))
    if objection.closed_at is not None:
        return refuse(_("The objection has been decided; its panel stands."))
    return YES
