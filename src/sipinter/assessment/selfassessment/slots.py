"""What an agency's self-assessment puts into the pages under it."""

from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.web.home import HOME_PARTS, HomePart
from sipinter.foundation.web.nav import SIGNED_IN_HEAD, NavEntry
from sipinter.foundation.web.robots import PRIVATE_PATHS

from .queries.own_assessments import assignment_summaries, own_assessments

SIGNED_IN_HEAD.put(20, NavEntry(_("Assessment"), "selfassessment:current", ASSESSMENT_ROLES))
PRIVATE_PATHS.put(15, ("/penilaian/",))


@HOME_PARTS.fill(10)
def own_assessments_part(actor: Actor) -> HomePart | None:
    """The assessments of the person's own agencies, and what is assigned to them."""
    if not actor.has(*ASSESSMENT_ROLES):
        return None
    assigned = assignment_summaries(actor)
    return HomePart(
        "selfassessment/_home.html",
        {"assigned": assigned, "assessments": own_assessments(actor, only_open=True, asked=assigned)},
        ("selfassessment/workspace.css", "selfassessment/teamwork.css"),
    )
