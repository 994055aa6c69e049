"""The secretary's page: one number, what moves it, who is late, what changed since the last visit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sipinter.assessment.record.queries.page_frame import AssessmentFrame

from .review import IndicatorChange, indicators_changed_after
from .route import LevelRaise, higher_categories, route_to_target
from .teamwork import UnitAssignments, assignment_board, indicator_holders

SHOWN = 3


@dataclass(frozen=True)
class SecretarySummary:
    """`steps`: the first of the easiest route's raises (`more` further ones), the largest gain first."""

    steps: tuple[LevelRaise, ...]
    more: int
    who: Callable[[str], tuple[str, ...]]
    late: tuple[UnitAssignments, ...]
    unassigned: int
    since: datetime | None
    moved: tuple[IndicatorChange, ...]


def secretary_summary(frame: AssessmentFrame, since: datetime | None) -> SecretarySummary:
    """Everything on the page but the score, which the frame has (at most five queries)."""
    above = higher_categories(frame) if frame.answers else []
    found = route_to_target(frame, above[0].code).raises if above else ()
    raises = tuple(sorted(found, key=lambda step: -step.gain))
    shared = assignment_board(frame)
    return SecretarySummary(
        steps=raises[:SHOWN],
        more=max(0, len(raises) - SHOWN),
        who=indicator_holders(frame.assessment),
        late=shared.late,
        unassigned=len(shared.unassigned),
        since=since,
        moved=indicators_changed_after(frame, since) if since else (),
    )
