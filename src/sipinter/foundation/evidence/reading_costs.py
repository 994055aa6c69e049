"""What reading strangers' files costs, by file, person and agency: who has cost much waits behind others."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from django.core.cache import cache

HOUR = 3600
PICTURES_OF_A_FILE = 120.0  # seconds in an hour; what is over it is not made before the hour is over
PERSON, AGENCY = 120.0, 300.0  # seconds in an hour; what is over it is read once nobody else waits
BEHIND = -40  # priority of that: after all other work


def _keys(agency_id: int, person_id: int | None) -> dict[str, float]:
    keys = {f"agency:{agency_id}": AGENCY}
    return keys | {f"person:{person_id}": PERSON} if person_id else keys


def seconds_spent(key: str) -> float:
    """Seconds that reading has taken for this file, person or agency since the hour began."""
    return float(cache.get(f"reading-cost:{key}") or 0.0)


def waits_behind(agency_id: int, person_id: int | None) -> bool:
    """Whether the person or the agency has had more than its share of this hour."""
    return any(seconds_spent(key) > most for key, most in _keys(agency_id, person_id).items())


@contextmanager
def reading_cost(agency_id: int, person_id: int | None, *others: str) -> Iterator[None]:
    """Count what is done within for the agency, the person and `others`. Two at once may count as one."""
    began = monotonic()
    try:
        yield
    finally:
        for key in (*_keys(agency_id, person_id), *others):
            cache.set(f"reading-cost:{key}", seconds_spent(key) + monotonic() - began, HOUR)
