"""Who may do what to evidence."""

from django.utils.translation import gettext as _

from sipinter.accounts.actor import Actor
from sipinter.accounts.permissions import YES, Verdict, no, predicate
from sipinter.accounts.roles import Role

from .models import DESK_ROLES, READING_ROLES, Evidence

WRITING_ROLES = (Role.KEEPER, Role.TEAM, Role.PYB)


@predicate("evidence.upload")
def may_upload(actor: Actor, agency_id: int) -> Verdict:
    """Adding files and links to an agency's library."""
    if actor.has(*WRITING_ROLES, agency_id=agency_id):
        return YES
    return no(_("Only the keeper, the team and the secretary of this agency add evidence."))


@predicate("evidence.change")
def may_change(actor: Actor, evidence: Evidence) -> Verdict:
    """Giving evidence another title or date."""
    return may_upload(actor, evidence.agency_id)


@predicate("evidence.open")
def may_open(actor: Actor, evidence: Evidence) -> Verdict:
    """Reading a file: its agency at any time, the supervisor once it stood in an assessment sent in."""
    if actor.has(*READING_ROLES, agency_id=evidence.agency_id):
        return YES
    if evidence.is_submitted and actor.roles & DESK_ROLES:
        return YES
    return no(_("This evidence belongs to another agency."))
