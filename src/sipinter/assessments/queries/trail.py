"""The audit trail as people read it: who did what when, from what to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sipinter.audit.models import Event

from ..models import State, Verdict
from ..workflow import TRANSITIONS

TITLES: dict[str, str | Promise] = {
    **{f"assessment.{step.action}": step.title for step in TRANSITIONS},
    "assessment.survey_recorded": _("Survey result recorded"),
    "answer.saved": _("Answer saved"),
    "answer.judged": _("Verdict"),
    "answer.message": _("Message in the conversation"),
    "answer.evidence_attached": _("Evidence attached"),
    "answer.evidence_detached": _("Evidence taken off"),
    "recommendation.drafted": _("Recommendations drafted"),
    "recommendation.issued": _("Recommendations issued"),
}
FIELDS: dict[str, str | Promise] = {
    "claimed_level": _("Level claimed"),
    "ticks": _("Criteria ticked"),
    "note": _("Note"),
    "verdict": _("Verdict"),
    "verified_level": _("Level verified"),
    "reason": _("Reason"),
    "evidence": _("Evidence"),
    "body": _("Message"),
    "survey": _("Survey result"),
    "source": _("Source"),
    "state": _("State"),
    "asked": _("Asked back"),
    "verifier": _("Verifier"),
    "count": _("Number"),
}


@dataclass(frozen=True)
class Difference:
    """One field's change, as texts; `before` empty for what only came in."""

    label: str | Promise
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One event."""

    at: datetime
    who: str
    title: str | Promise
    differences: list[Difference]


def entries(events: Iterable[Event]) -> list[Entry]:
    """Events as entries, in their order; what has no name for people is left out."""
    return [
        Entry(event.at, event.actor_name, TITLES[event.action], _differences(event.changes))
        for event in events
        if event.action in TITLES
    ]


def _differences(changes: dict[str, Any]) -> list[Difference]:
    return [
        Difference(FIELDS[name], _words(name, before), _words(name, after))
        for name, (before, after) in changes.items()
        if name in FIELDS and name != "state" and before != after
    ]


def _words(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if name == "verdict":
        return str(Verdict(value).label)
    if name == "state":
        return str(State(value).label)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
