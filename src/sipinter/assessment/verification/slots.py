"""What the verification desk puts into the pages under it."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import OVERSIGHT_ROLES, Role
from sipinter.foundation.web.home import HOME_PARTS, HomePart
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

from .queries.waiting import returned_assessments, waiting_by_state

SIGNED_IN_HEAD.put(30, NavEntry(_("Queue"), "verification:queue", OVERSIGHT_ROLES | {Role.REGIONAL_OFFICE}))
PRIVATE_PATHS.put(30, ("/desk/",))


@HOME_PARTS.fill(20)
def desk_waiting_part(actor: Actor) -> HomePart | None:
    """What waits at the supervisor, and what came back to the person."""
    if not actor.is_supervisor:
        return None
    context = {"actor": actor, "waiting": waiting_by_state(actor), "sent_back": returned_assessments(actor)}
    return HomePart("verification/_home.html", context)
