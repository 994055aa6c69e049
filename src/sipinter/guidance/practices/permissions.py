"""Who may do what in the library of good practice."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Example
from sipinter.assessment.record.models.examples import CONSENTING, PROPOSING
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import YES, Permission, predicate, refuse
from sipinter.foundation.access.roles import Role

# The library of good practice grows from what verifiers and coordinators read.
predicate(
    "example.propose", only=PROPOSING, otherwise=lazy("Only verifiers and coordinators propose examples.")
)


# Publishing and withdrawing examples: a coordinator.
predicate(
    "example.publish",
    only=(Role.COORDINATOR,),
    otherwise=lazy("Only a coordinator publishes and withdraws examples."),
)


@predicate("example.consent")
def may_consent_to_example(actor: Actor, example: Example) -> Permission:
    """Consent for an agency's example: its account keeper or secretary."""
    if example.agency_id is not None and actor.has(*CONSENTING, agency_id=example.agency_id):
        return YES
    return refuse(_("Only the account keeper and the secretary of the agency consent for it."))
