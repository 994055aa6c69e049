"""Who at the desk has read verdicts: on record, and nobody of them is drawn to read blind."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import record, target_of

from ..models import PUBLIC, Answer, Assessment
from ..queries.sent_answers import shows_verdicts

SAME_SITTING = timedelta(minutes=30)
READ = "desk.read"


def note_desk_reading(assessment: Assessment, answers: Iterable[Answer], *, actor: Actor) -> None:
    """Record (`desk.read`) that a page shows a person of the desk verdicts that are not public.

    Once a sitting of half an hour for the same person and assessment. `answers` as the page has them.
    """
    if actor.is_system or assessment.state in PUBLIC or not any(answer.verdict for answer in answers):
        return
    if not shows_verdicts(assessment, actor):
        return
    begun = timezone.now() - SAME_SITTING
    about = events_about([target_of(assessment)]).filter(action=READ, actor_id=actor.user_id)
    if not about.filter(at__gt=begun).exists():
        record(READ, assessment, actor=actor, agency_id=assessment.agency_id)


def readers_of_verdicts(assessment: Assessment) -> set[int]:
    """Ids of everybody at the desk who ever had verdicts of the assessment before them (one query)."""
    rows = events_about([target_of(assessment)]).filter(action=READ, actor_id__isnull=False)
    return set(rows.values_list("actor_id", flat=True).order_by().distinct())
