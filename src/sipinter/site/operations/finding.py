"""What a check finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One thing that is unsafe or missing: the variable to change, what is wrong, what to do."""

    level: Literal["error", "note"]
    variable: str
    wrong: str
    do: str


Check = Callable[[], Iterator[Finding]]


def error_finding(variable: str, wrong: str, do: str) -> Finding:
    """Must be put right before the site is opened."""
    return Finding("error", variable, wrong, do)


def note_finding(variable: str, wrong: str, do: str) -> Finding:
    """May be meant so."""
    return Finding("note", variable, wrong, do)
