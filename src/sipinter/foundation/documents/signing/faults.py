"""Why a PDF is not one of ours, as codes; `report.py` has the sentences."""

from enum import StrEnum


class SignatureFault(StrEnum):
    """Why a PDF is not accepted as one of ours; empty when it is."""

    NONE = ""
    TOO_LARGE = "too_large"
    NOT_A_PDF = "not_a_pdf"
    UNSIGNED = "unsigned"
    SEVERAL = "several"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    APPENDED = "appended"
    FOREIGN = "foreign"
    CHANGED = "changed"
    OUT_OF_DATE = "out_of_date"
    REVOKED = "revoked"
    UNSTAMPED = "unstamped"
    FOREIGN_STAMP = "foreign_stamp"
    UNAVAILABLE = "unavailable"
