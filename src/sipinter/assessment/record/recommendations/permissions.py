"""Who may do what to a recommendation."""

from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import Role

from .models import Recommendation


@predicate("recommendation.edit")
def may_edit_recommendation(actor: Actor, recommendation: Recommendation) -> Permission:
    """The assessment's verifier or a coordinator, until it is issued."""
    if recommendation.issued_at is not None:
        return refuse(_("This recommendation has been issued and can no longer be changed."))
    if actor.has(Role.COORDINATOR):
        return YES
    if actor.has(Role.VERIFIER) and recommendation.assessment.verifier_id == actor.user_id:
        return YES
    return refuse(_("Only the verifier of this assessment or a coordinator edits its recommendations."))
