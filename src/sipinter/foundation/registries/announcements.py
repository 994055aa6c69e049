"""What services say has happened, for higher rooms that have work to do because of it."""

from collections.abc import Callable
from typing import Generic, TypeVar

from sipinter.foundation.access.actor import Actor

T = TypeVar("T")
Subscriber = Callable[[T, Actor], None]


class Announcement(Generic[T]):
    """One kind of event, made with what it is about.

    Subscribers run in the transaction of the service that announces: they put work into the queue and do
    nothing else, for what they raise undoes the service's act.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._subscribers: list[Subscriber[T]] = []

    def subscribe(self, subscriber: Subscriber[T]) -> Subscriber[T]:
        """Register the decorated function."""
        self._subscribers.append(subscriber)
        return subscriber

    def announce(self, subject: T, *, actor: Actor) -> None:
        """Tell every subscriber, in the order in which they came."""
        for subscriber in self._subscribers:
            subscriber(subject, actor)
