"""Who may do what in the library of good practice."""

from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Example
from sipinter.assessment.record.models.examples import CONSENTING, PROPOSING
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.conflicts import Concern, desk_predicate
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import Role


def _concern_of(example: Example | None) -> Concern | None:
    """The agency that an example names, if any. Whoever left it before it was proposed is free."""
    if example is None or example.agency_id is None:
        return None
    return Concern(example.agency_id, timezone.localdate(example.proposed_at))


@desk_predicate("example.propose", about=_concern_of)
def may_propose_example(actor: Actor, _example: Example | None) -> Permission:
    """The library of good practice grows from what verifiers and coordinators read. None: any example."""
    if actor.has(*PROPOSING):
        return YES
    return refuse(_("Only verifiers and coordinators propose examples."))


@desk_predicate("example.publish", about=_concern_of)
def may_publish_example(actor: Actor, _example: Example | None) -> Permission:
    """Publishing and withdrawing examples: a coordinator. None: any example."""
    if actor.has(Role.COORDINATOR):
        return YES
    return refuse(_("Only a coordinator publishes and withdraws examples."))


@predicate("example.consent")
def may_consent_to_example(actor: Actor, example: Example) -> Permission:
    """Consent for an agency's example: its account keeper or secretary."""
    if example.agency_id is not None and actor.has(*CONSENTING, agency_id=example.agency_id):
        return YES
    return refuse(_("Only the account keeper and the secretary of the agency consent for it."))
