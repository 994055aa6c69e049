"""When somebody last looked, so that the page can say what changed since."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from sipinter.assessment.record.models import Assessment, Visit
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require

ONE_VISIT = timedelta(minutes=30)


@transaction.atomic
def note_visit(assessment: Assessment, *, actor: Actor) -> datetime | None:
    """Note that the person looks at the summary now; when they last did before, None the first time.

    Opening the page again within half an hour is the same visit.
    """
    require(actor, "assessment.summary", assessment)
    if actor.user_id is None:
        return None
    now = timezone.now()
    row, made = Visit.objects.select_for_update().get_or_create(
        assessment=assessment, user_id=actor.user_id, defaults={"at": now}
    )
    if not made:
        begun = row.at
        row.before = begun if now - begun > ONE_VISIT else row.before
        row.at = now
        row.save(update_fields=["at", "before"])
    return row.before
