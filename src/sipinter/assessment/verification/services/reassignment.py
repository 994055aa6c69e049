"""Who verifies: giving an assessment to another verifier."""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Assessment
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.services.validation import require_reason
from sipinter.assessment.record.workflow import lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import AGENCY_ROLES, Role
from sipinter.foundation.accounts.models import Membership, User
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.services import record


def people_without_conflict(assessment: Assessment, *roles: Role) -> QuerySet[User]:
    """Active people of the supervisor with one of `roles` who are not, and were not in this round, of the
    agency's own, by name.
    """
    begins = timezone.make_aware(datetime.combine(assessment.cycle.filling_opens, time.min))
    own = Membership.objects.filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=begins),
        user=OuterRef("pk"),
        agency_id=assessment.agency_id,
        role__in=AGENCY_ROLES,
    )
    return people_with_role(*roles).filter(~Exists(own))


def handover_candidates(assessment: Assessment) -> QuerySet[User]:
    """The verifiers to whom the assessment may be handed over: none who has still to read of it blind."""
    blind = assessment.second_readings.filter(at__isnull=True, reader__isnull=False).values("reader")
    rows = people_without_conflict(assessment, Role.VERIFIER).exclude(pk__in=blind)
    return rows.exclude(pk=assessment.verifier_id or 0)


@transaction.atomic
def hand_over_verification(
    assessment: Assessment, to: User, *, reason: str, holder: int | None = None, actor: Actor
) -> Assessment:
    """Give the verification to `to`, who goes on where the other stopped; verdicts given so far stand.

    The verifier who holds it gives it away, the coordinator reassigns it. `holder` is the verifier whom
    the form showed: Conflict when another holds it by now. Invalid (field `to`) for somebody who is no
    verifier or has a conflict of interest.
    """
    assessment, reason = lock_assessment(assessment), require_reason(reason)
    require(actor, "assessment.hand_over", assessment)
    before = assessment.verifier
    if holder is not None and assessment.verifier_id != holder:
        raise Conflict(_("Somebody else holds this assessment by now. Nothing was changed."))
    if not handover_candidates(assessment).filter(pk=to.pk).exists():
        raise Invalid.at(
            "to",
            _(
                "Choose another verifier: one who does not hold it yet and has no conflict of interest "
                "with this agency."
            ),
        )
    Assessment.objects.filter(pk=assessment.pk).update(verifier=to, version=assessment.version + 1)
    assessment.verifier, assessment.version = to, assessment.version + 1
    record(
        "assessment.handed_over",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={
            "verifier": [seal_user(before.pk, before.name) if before else None, seal_user(to.pk, to.name)],
            "reason": [None, reason],
        },
    )
    notify_about_assessment(
        [to], assessment, lazy("A verification was handed over to you"), reason, desk=True
    )
    if before is not None and before.pk != actor.user_id:
        notify_about_assessment(
            [before], assessment, lazy("Your verification was given to somebody else"), reason, desk=True
        )
    return assessment
