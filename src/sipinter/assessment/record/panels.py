"""The places that the pages of an indicator offer to higher rooms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sipinter.foundation.registries.slots import Slot

from .models import Assessment


@dataclass(frozen=True)
class IndicatorPanel:
    """What a room shows on the page of an indicator, as safe HTML: beside a level, and under all of them."""

    by_level: Mapping[int, str] = field(default_factory=dict)
    below: str = ""


# Filled with functions of (assessment, code of the indicator); the agency and the desk see the same.
INDICATOR_PANELS: Slot[IndicatorPanel] = Slot("the page of an indicator")


def indicator_panels(assessment: Assessment, code: str) -> list[IndicatorPanel]:
    """What higher rooms show on the page of the indicator `code`."""
    return INDICATOR_PANELS.parts(assessment, code)
