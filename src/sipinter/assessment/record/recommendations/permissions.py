"""Who may do what to a recommendation."""

from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.conflicts import desk_predicate
from sipinter.foundation.access.permissions import YES, Permission, refuse
from sipinter.foundation.access.roles import Role

from ..permissions import concern_of_part
from .models import Recommendation


@desk_predicate("recommendation.edit", about=concern_of_part)
def may_edit_recommendation(actor: Actor, recommendation: Recommendation) -> Permission:
    """The assessment's verifier or a coordinator, until it is issued."""
    if recommendation.issued_at is not None:
        return refuse(_("This recommendation has been issued and can no longer be changed."))
    assessment = recommendation.assessment
    is_verifier = actor.has(Role.VERIFIER) and assessment.verifier_id == actor.user_id
    if actor.has(Role.COORDINATOR) or is_verifier:
        return YES
    return refuse(_("Only the verifier of this assessment or a coordinator edits its recommendations."))
