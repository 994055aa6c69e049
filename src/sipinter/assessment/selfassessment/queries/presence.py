"""Who else has an indicator open now."""

from datetime import timedelta

from django.utils import timezone

from sipinter.assessment.record.models import Answer, Presence
from sipinter.foundation.access.actor import Actor

HERE = timedelta(seconds=60)


def other_editors(answer: Answer, actor: Actor) -> list[str]:
    """Names of the others whose page said within the last minute that it shows `answer` (one query)."""
    rows = Presence.objects.filter(answer=answer, seen_at__gt=timezone.now() - HERE)
    return list(
        rows.exclude(user_id=actor.user_id or 0).order_by("user__name").values_list("user__name", flat=True)
    )
