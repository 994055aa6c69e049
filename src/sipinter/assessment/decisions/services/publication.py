"""Publication by two: one person asks, another confirms, then the papers are signed and it is public."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Assessment, Decision, PublicationRequest
from sipinter.assessment.record.queries.decisions import pending_publication
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.workflow import lock_assessment, step_obstacle
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.services import record

from ..announcements import CONFIRMED


@transaction.atomic
def request_publication(assessment: Assessment, *, actor: Actor) -> PublicationRequest:
    """Ask that the decision that holds be published. NotNow when somebody has, or it cannot be yet."""
    assessment = lock_assessment(assessment)
    require(actor, "assessment.publish", assessment)
    if obstacle := step_obstacle(assessment, "publish"):
        raise NotNow(obstacle)
    return ask_second_person(assessment, assessment.decisions.get(superseded_by=None), actor=actor)


def ask_second_person(assessment: Assessment, decision: Decision, *, actor: Actor) -> PublicationRequest:
    """The request of a service that has asked for permission, its record, and the notices."""
    asked, is_new = PublicationRequest.objects.get_or_create(
        decision=decision, defaults={"requested_by_id": actor.user_id, "requested_by_name": actor.name}
    )
    if not is_new:
        raise NotNow(
            _("%(name)s has asked for this publication already. A second person has to confirm it.")
            % {"name": asked.requested_by_name}
        )
    record("publication.requested", decision, actor=actor, agency_id=assessment.agency_id)
    notify_about_assessment(
        [p for p in people_with_role(Role.PLENARY, Role.ADMINISTRATOR) if p.pk != actor.user_id],
        assessment,
        lazy("A publication waits for a second person"),
        decision.number,
        desk=True,
    )
    return asked


@transaction.atomic
def confirm_publication(assessment: Assessment, *, actor: Actor) -> PublicationRequest:
    """Confirm what somebody else has asked for: a worker has the papers signed and publishes."""
    assessment = lock_assessment(assessment)
    require(actor, "publication.confirm", assessment)
    asked = pending_publication(assessment)
    if asked is None:
        raise NotNow(_("Nobody has asked for this publication, or it was confirmed already."))
    asked.confirmed_by_id, asked.confirmed_by_name = actor.user_id, actor.name
    asked.confirmed_at = timezone.now()
    asked.save(update_fields=["confirmed_by", "confirmed_by_name", "confirmed_at"])
    record("publication.confirmed", asked.decision, actor=actor, agency_id=assessment.agency_id)
    CONFIRMED.announce(asked, actor=actor)
    return asked
