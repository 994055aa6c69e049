"""The tables of evidence: the one index by which Django finds an application's models."""

from .evidence import (
    EVIDENCE_BESIDE_TASKS,
    LATEST_ROUND_BEGAN,
    Blob,
    Evidence,
    EvidenceQuerySet,
    locked_blobs,
)
from .texts import FileText, PageText
from .uploads import Part, Upload

__all__ = [
    "EVIDENCE_BESIDE_TASKS",
    "LATEST_ROUND_BEGAN",
    "Blob",
    "Evidence",
    "EvidenceQuerySet",
    "FileText",
    "PageText",
    "Part",
    "Upload",
    "locked_blobs",
]
