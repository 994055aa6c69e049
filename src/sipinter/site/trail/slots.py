"""What the audit trail puts into the pages under it."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import LEADING_ROLES, Role
from sipinter.foundation.web.home import HOME_PARTS, HomePart
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

from .queries import refused_lately

SIGNED_IN_HEAD.put(80, NavEntry(_("Audit trail"), "trail:list", LEADING_ROLES | {Role.AUDITOR}))
PRIVATE_PATHS.put(70, ("/jejak-audit/",))


@HOME_PARTS.fill(70)
def auditor_part(actor: Actor) -> HomePart | None:
    """Where an auditor begins: the trail, and how often somebody was refused in the last day."""
    if not actor.has(Role.AUDITOR):
        return None
    return HomePart("trail/_home.html", {"refused": refused_lately(actor)})
