"""The list of reasons for verdicts that grows: what the coordinator keeps for everybody."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Answer, KeptReason
from sipinter.assessment.record.workflow import lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record


@transaction.atomic
def keep_reason(answer: Answer, *, actor: Actor) -> KeptReason:
    """Put the reason of a verdict on the list of its indicator; what stands there already stays as it is.

    NotNow when the verdict has no reason.
    """
    assessment = lock_assessment(answer.assessment)
    answer = assessment.answers.select_for_update().get(pk=answer.pk)
    answer.assessment = assessment
    require(actor, "reason.keep", answer)
    if not answer.reason:
        raise NotNow(_("This verdict has no reason to keep."))
    where = {"instrument_id": assessment.cycle.instrument_id, "code": answer.code, "body": answer.reason}
    known = KeptReason.objects.filter(**where, dropped_at=None).first()
    if known is not None:
        return known
    kept = KeptReason.objects.create(**where, used=1, kept_by_id=actor.user_id)
    record("reason.kept", kept, actor=actor, changes={"code": [None, answer.code], "body": [None, kept.body]})
    return kept


@transaction.atomic
def drop_reason(kept: KeptReason, *, actor: Actor) -> None:
    """Take a reason off the list; verdicts that gave it keep it."""
    require(actor, "reason.keep")
    if KeptReason.objects.filter(pk=kept.pk, dropped_at=None).update(dropped_at=timezone.now()):
        record("reason.dropped", kept, actor=actor, changes={"body": [kept.body, None]})


def count_reason_use(instrument_id: str, code: str, body: str) -> None:
    """Count that a verdict gave a reason of the list, within the caller's transaction."""
    if body:
        rows = KeptReason.objects.filter(instrument_id=instrument_id, code=code, body=body, dropped_at=None)
        rows.update(used=F("used") + 1)
