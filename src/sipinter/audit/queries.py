"""Reading the audit trail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from .models import Chain, Event
from .services import content_of, digest


def history(targets: Iterable[str]) -> QuerySet[Event]:
    """Events about any of `targets` (names as `target_of` makes them), newest first."""
    return Event.objects.filter(target__in=list(targets))


@dataclass(frozen=True)
class Break:
    """A place where a chain does not hold."""

    chain_id: int
    position: int
    reason: str


def verify(chain: Chain) -> Iterator[Break]:
    """Every place where a row of `chain` was changed, removed or reordered by hand."""
    previous, expected = "", 1
    for event in chain.events.order_by("position").iterator():
        if event.position != expected:
            yield Break(chain.pk, expected, "missing")
        if event.previous_hash != previous or event.hash != digest(previous, content_of(event)):
            yield Break(chain.pk, event.position, "changed")
        previous, expected = event.hash, event.position + 1
    if (chain.length, chain.head) != (expected - 1, previous):
        yield Break(chain.pk, expected, "end missing")
