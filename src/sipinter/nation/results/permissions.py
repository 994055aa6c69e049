"""Who loads what was published about earlier years."""

from typing import Any

from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import Role


@predicate(
    "results.load", despite_ties="What was published about all agencies in earlier years, loaded from files."
)
def may_load_results(actor: Actor, obj: Any = None) -> Permission:
    """Earlier results are entered by the national administrator."""
    if actor.has(Role.ADMINISTRATOR):
        return YES
    return refuse(_("Only the national administrator loads earlier results."))
