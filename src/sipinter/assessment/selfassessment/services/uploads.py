"""Uploads that come in pieces (`evidence.tus`): whether one may begin, and what is done with the whole."""

from sipinter.assessment.record.models import Assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.evidence.models import Upload
from sipinter.foundation.evidence.tus import services as tus

from .answers import require_answer_open


def begin_evidence_upload(
    assessment: Assessment, code: str, *, name: str, metadata: str, size: int, actor: Actor
) -> Upload:
    """An upload for the indicator `code`, when `actor` may add evidence to it now (as `upload` refuses)."""
    require_answer_open(assessment, code, actor)
    return tus.create_upload(
        assessment.agency,
        assessment=assessment.pk,
        code=code,
        name=name,
        metadata=metadata,
        size=size,
        actor=actor,
    )
