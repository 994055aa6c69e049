from .evidence import Blob, Evidence, EvidenceQuerySet, register_shared_evidence
from .texts import FileText, PageText
from .uploads import Part, Upload

__all__ = [
    "Blob",
    "Evidence",
    "EvidenceQuerySet",
    "FileText",
    "PageText",
    "Part",
    "Upload",
    "register_shared_evidence",
]
