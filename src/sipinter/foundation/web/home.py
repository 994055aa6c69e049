"""What rooms put on the page that a person begins with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sipinter.foundation.registries.slots import Slot


@dataclass(frozen=True)
class HomePart:
    """A part of the page: its template, what it shows, the style sheets that it needs.

    The template gets `is_first` besides: the first part bears the page's heading.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    styles: tuple[str, ...] = ()


# Filled with functions of the actor.
HOME_PARTS: Slot[HomePart] = Slot("the first page of whoever is signed in")
