"""The secretary's page: one number, what moves it, who is late, what changed since the last visit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sipinter.assessment.record.queries.frame import Frame

from .review import Moved, moved_after
from .route import Raise, targets, way
from .teamwork import Unit, board, holders

SHOWN = 3


@dataclass(frozen=True)
class Summary:
    """`steps`: the first of the easiest route's raises (`more` further ones), the largest gain first."""

    steps: tuple[Raise, ...]
    more: int
    who: Callable[[str], tuple[str, ...]]
    late: tuple[Unit, ...]
    unassigned: int
    since: datetime | None
    moved: tuple[Moved, ...]


def summary(frame: Frame, since: datetime | None) -> Summary:
    """Everything on the page but the score, which the frame has (at most five queries)."""
    above = targets(frame) if frame.answers else []
    found = way(frame, above[0].code).raises if above else ()
    raises = tuple(sorted(found, key=lambda step: -step.gain))
    shared = board(frame)
    return Summary(
        steps=raises[:SHOWN],
        more=max(0, len(raises) - SHOWN),
        who=holders(frame.assessment),
        late=shared.late,
        unassigned=len(shared.unassigned),
        since=since,
        moved=moved_after(frame, since) if since else (),
    )
