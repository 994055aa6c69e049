"""Questions of a lower room that higher rooms answer."""

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Provider(Generic[P, T]):
    """One question. Every room that has an answer registers a function for it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._functions: list[Callable[P, T]] = []

    def provide(self, function: Callable[P, T]) -> Callable[P, T]:
        """Register the decorated function as a room's answer."""
        self._functions.append(function)
        return function

    def answers(self, *args: P.args, **kwargs: P.kwargs) -> list[T]:
        """Every room's answer."""
        return [function(*args, **kwargs) for function in self._functions]

    def answer(self, *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The one answer; None where no room answers, ValueError where two do."""
        found = self.answers(*args, **kwargs)
        if len(found) > 1:
            raise ValueError(f"{len(found)} rooms answer {self.name}")
        return found[0] if found else None
