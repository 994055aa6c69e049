"""What the supervisor reads while the agency repairs: the answers as they were sent in.

Repairs are saved as the team goes along; until they are sent they are the agency's own, like everything
before the submission.
"""

from collections.abc import Collection, Iterable

from django.db.models import F, Q, QuerySet

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import may
from sipinter.foundation.access.roles import ASSESSMENT_ROLES
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import target_of

from ..models import Answer, AnswerEvidence, Assessment, State, Verdict

WORK = Q(action="answer.saved") | Q(action__startswith="answer.evidence_")
FIELDS = ("ticks", "claimed_level", "note")


def hides_repairs(assessment: Assessment, actor: Actor) -> bool:
    """Whether repairs under way are kept from this person: all but the agency's own people."""
    at_work = assessment.state == State.CLARIFICATION
    return at_work and not (actor.is_system or _is_own(assessment, actor))


def _is_own(assessment: Assessment, actor: Actor) -> bool:
    return actor.has(*ASSESSMENT_ROLES, agency_id=assessment.agency_id)


def hides_verdicts(assessment: Assessment, actor: Actor) -> bool:
    """Whether verdicts are kept from this person of the desk. What the agency is told is another matter."""
    return not _is_own(assessment, actor) and not may(actor, "verdict.read", assessment)


def shows_verdicts(assessment: Assessment, actor: Actor) -> bool:
    """Whether this person reads verdicts for the supervisor."""
    return not _is_own(assessment, actor) and bool(may(actor, "verdict.read", assessment))


def hide_verdicts(answers: Iterable[Answer]) -> None:
    """Take every word of the verifier from `answers`, in memory only."""
    for answer in answers:
        answer.verdict, answer.verified_level, answer.reason = Verdict.NONE, None, ""
        answer.verified_by, answer.verified_at, answer.repair_due = None, None, None


def restore_sent_answers(assessment: Assessment, answers: Collection[Answer]) -> None:
    """Set claim and note of `answers` to what was sent in, in memory only (one query in clarification)."""
    if assessment.state != State.CLARIFICATION:
        return
    asked = {target_of(answer): answer for answer in answers if answer.verdict == Verdict.ASK}
    restored: set[tuple[str, str]] = set()
    for event in events_about(asked).filter(action="answer.saved").order_by("at", "id"):
        answer = asked[event.target]
        if answer.verified_at is None or event.at <= answer.verified_at:
            continue
        for field in FIELDS:
            if field in event.changes and (event.target, field) not in restored:
                restored.add((event.target, field))
                setattr(answer, field, event.changes[field][0])


def sent_attachments(rows: QuerySet[AnswerEvidence]) -> QuerySet[AnswerEvidence]:
    """Those of `rows` that were there before the question (of an assessment in clarification)."""
    return rows.exclude(answer__verdict=Verdict.ASK, attached_at__gt=F("answer__verified_at"))


def sent_events(rows: QuerySet[Event], answer: Answer) -> QuerySet[Event]:
    """The events of one indicator without the repairs under way."""
    if answer.assessment.state != State.CLARIFICATION or answer.verified_at is None:
        return rows
    return rows.exclude(WORK, at__gt=answer.verified_at)
