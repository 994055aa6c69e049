"""What becomes readable for the supervisor with an assessment."""

from sipinter.foundation.evidence.models import Evidence

from ..models import AnswerEvidence, Assessment


def mark_evidence_submitted(assessment: Assessment) -> None:
    """From now on the supervisor may open what stands in the assessment.

    Called before the step's first audit record: who renames evidence locks it and then the trail.
    """
    held = AnswerEvidence.objects.filter(answer__assessment=assessment, evidence__is_submitted=False)
    rows = Evidence.objects.filter(pk__in=held.values("evidence_id")).order_by("pk").select_for_update()
    Evidence.objects.filter(pk__in=[row.pk for row in rows]).update(is_submitted=True)
