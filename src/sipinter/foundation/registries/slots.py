"""Places of a page that higher rooms fill."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Filler = Callable[..., T | None]


class Slot(Generic[T]):
    """A place of a page. Whoever fills it registers a function that gives one part, or None for nothing.

    The page calls `parts` with what it knows; every function gets the same arguments. `order` sorts the
    parts: a page is the same whatever order the rooms were loaded in.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._fillers: list[tuple[int, Filler[T]]] = []

    def fill(self, order: int) -> Callable[[Filler[T]], Filler[T]]:
        """Register the decorated function for the place; ValueError where `order` is taken."""

        def register(filler: Filler[T]) -> Filler[T]:
            if any(order == taken for taken, _filler in self._fillers):
                raise ValueError(f"two parts at {order} of the slot {self.name}")
            self._fillers.append((order, filler))
            self._fillers.sort(key=lambda entry: entry[0])
            return filler

        return register

    def put(self, order: int, part: T) -> None:
        """Register a part that is the same on every page."""
        self.fill(order)(lambda: part)

    def parts(self, *args: Any, **kwargs: Any) -> list[T]:
        """What stands in the place, in order."""
        made = (filler(*args, **kwargs) for _order, filler in self._fillers)
        return [part for part in made if part is not None]
