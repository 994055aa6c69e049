"""From when until when a document holds, seen from a day: hints for people, which decide nothing."""

from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """How a document's validity stands on a day."""

    UNKNOWN = "unknown"
    FUTURE = "future"
    VALID = "valid"
    ENDING = "ending"
    EXPIRED = "expired"


def standing(first: date | None, last: date | None, *, today: date, horizon: date) -> Standing:
    """How a document valid from `first` until `last` (both inclusive, None: open) stands on `today`.

    ENDING: it holds today and runs out before the end of `horizon`. UNKNOWN: nobody gave a date.
    """
    if first is None and last is None:
        return Standing.UNKNOWN
    if last is not None and last < today:
        return Standing.EXPIRED
    if first is not None and first > today:
        return Standing.FUTURE
    if last is not None and last <= horizon:
        return Standing.ENDING
    return Standing.VALID
