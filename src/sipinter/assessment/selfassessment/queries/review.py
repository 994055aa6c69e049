"""What the secretary reviews: everything that changed since the assessment last went back to the team."""

from dataclasses import dataclass
from datetime import datetime

from sipinter.assessment.record.queries.page_frame import AssessmentFrame
from sipinter.assessment.record.queries.sent_answers import WORK
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import target_of


@dataclass(frozen=True)
class IndicatorChange:
    """One indicator that changed: its level before and now, and what else was touched."""

    code: str
    before: int | None
    after: int | None
    note: bool
    evidence: int

    @property
    def level_changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class ChangesSinceReturn:
    """The last return to the team (when, by whom, why) and what moved after it."""

    at: datetime
    by: str
    reason: str
    moved: tuple[IndicatorChange, ...]


def changes_since_return(frame: AssessmentFrame) -> ChangesSinceReturn | None:
    """Changes since the secretary's last return (two queries); None when it never went back."""
    back = events_about([target_of(frame.assessment)]).filter(action="assessment.return_to_team").first()
    if back is None:
        return None
    reason = back.changes.get("reason", [None, ""])[1] or ""
    return ChangesSinceReturn(back.at, back.who, reason, indicators_changed_after(frame, back.at))


def indicators_changed_after(frame: AssessmentFrame, at: datetime) -> tuple[IndicatorChange, ...]:
    """The indicators that somebody worked on after `at`, in order (one query)."""
    code_of = {target_of(answer): code for code, answer in frame.answers.items()}
    later = events_about(code_of).filter(WORK, at__gt=at).order_by("at", "id")
    by_code: dict[str, list[Event]] = {}
    for event in later:
        by_code.setdefault(code_of[event.target], []).append(event)
    return tuple(_moved(code, by_code[code]) for code in frame.answers if code in by_code)


def _moved(code: str, rows: list[Event]) -> IndicatorChange:
    levels = [event.changes["claimed_level"] for event in rows if "claimed_level" in event.changes]
    return IndicatorChange(
        code=code,
        before=levels[0][0] if levels else None,
        after=levels[-1][1] if levels else None,
        note=any("note" in event.changes for event in rows),
        evidence=sum(event.action.startswith("answer.evidence") for event in rows),
    )
