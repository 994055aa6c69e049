from .evidence import DESK_ROLES, READING_ROLES, Blob, Evidence, EvidenceQuerySet, also_shown
from .texts import FileText, PageText
from .uploads import Part, Upload

__all__ = [
    "DESK_ROLES",
    "READING_ROLES",
    "Blob",
    "Evidence",
    "EvidenceQuerySet",
    "FileText",
    "PageText",
    "Part",
    "Upload",
    "also_shown",
]
