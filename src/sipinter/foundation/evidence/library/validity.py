"""From when until when a document holds, seen from a day: hints for people, which decide nothing."""

from datetime import date
from enum import StrEnum


class Validity(StrEnum):
    """How a document's validity stands on a day."""

    UNKNOWN = "unknown"
    FUTURE = "future"
    VALID = "valid"
    ENDING = "ending"
    EXPIRED = "expired"


def validity_on(first: date | None, last: date | None, *, today: date, horizon: date) -> Validity:
    """How a document valid from `first` until `last` (both inclusive, None: open) stands on `today`.

    ENDING: it holds today and runs out before the end of `horizon`. UNKNOWN: nobody gave a date.
    """
    if first is None and last is None:
        return Validity.UNKNOWN
    if last is not None and last < today:
        return Validity.EXPIRED
    if first is not None and first > today:
        return Validity.FUTURE
    if last is not None and last <= horizon:
        return Validity.ENDING
    return Validity.VALID
