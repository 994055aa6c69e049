from .evidence import Blob, Evidence, EvidenceQuerySet, also_shown
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
    "also_shown",
]
