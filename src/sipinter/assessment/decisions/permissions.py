"""Who may do what in the plenary and about its decisions."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Assessment, Objection
from sipinter.assessment.record.permissions import has_no_conflict
from sipinter.assessment.record.queries.decisions import pending_publication
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, may, predicate, refuse
from sipinter.foundation.access.roles import EVIDENCE_ROLES, Role

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


@predicate("publication.confirm")
def may_confirm_publication(actor: Actor, assessment: Assessment) -> Permission:
    """Confirming a publication: whoever may publish, but for the person who asked for it."""
    allowed = may(actor, "assessment.publish", assessment)
    if not allowed:
        return allowed
    asked = pending_publication(assessment)
    if asked is not None and asked.requested_by_id == actor.user_id:
        return refuse(_("You asked for this publication yourself. A second person has to confirm it."))
    return YES


@predicate("papers.sign")
def may_sign_papers(actor: Actor, assessment: Assessment) -> Permission:
    """Signing a decision's papers by one's own certificate: a member of the plenary."""
    if actor.has(Role.PLENARY):
        return has_no_conflict(actor, assessment)
    return refuse(_("Only a member of the plenary signs the papers of a decision."))


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
