"""The history of an assessment in plain words: who changed what, when, from what to what."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sipinter.foundation.access.roles import Role
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import target_of
from sipinter.rules.model import Instrument

from ..models import CLOSED, State, Verdict
from ..workflow import BY_ACTION
from .page_frame import AssessmentFrame
from .sent_answers import WORK, hides_repairs, hides_verdicts

# What the supervisor does before it hands anything over, and so is not shown to the agency.
INTERNAL = (
    "recommendation.drafted",
    "assessment.return_to_verifier",
    "assessment.return_from_plenary",
    "assessment.handed_over",
)
# What says how the verifier judges, and so is not shown to whoever may still have to read without knowing it.
OF_THE_VERIFIER = (
    *INTERNAL,
    "answer.judged",
    "answer.message",
    "assessment.return_for_clarification",
    "second_reading.drawn",
)
FIRST_ACTS = {
    "answer.saved": lambda: _("Answer changed"),
    "answer.evidence_attached": lambda: _("Evidence attached"),
    "answer.evidence_detached": lambda: _("Evidence taken off"),
    "answer.judged": lambda: _("Verdict of the verifier"),
    "answer.message": lambda: _("Message"),
    "answer.evidence_replaced": lambda: _("Evidence replaced by a newer version"),
    "assessment.carried_over": lambda: _("Taken over from an earlier year"),
    "gate.answered": lambda: _("Question on what applies answered"),
    "assessment.handed_over": lambda: _("Handed over to another verifier"),
    "assessment.survey_recorded": lambda: _("Result of the employee survey recorded"),
    "decision.made": lambda: _("Decision made"),
    "decision.corrected": lambda: _("Decision corrected"),
    "workbook.downloaded": lambda: _("Offline workbook downloaded"),
    "workbook.compared": lambda: _("Offline workbook sent back"),
    "workbook.applied": lambda: _("Entries of an offline workbook taken over"),
    "workbook.closed": lambda: _("Offline workbook closed"),
    "recommendation.drafted": lambda: _("Recommendations drafted"),
    "recommendation.issued": lambda: _("Recommendations issued"),
    "access.refused": lambda: _("Somebody without access tried to open this page"),
}


@dataclass(frozen=True)
class HistoryChange:
    """One thing that changed. `before` or `after` empty: it was not there. `long`: a text, not a word."""

    label: str
    before: str
    after: str
    long: bool = False


@dataclass(frozen=True)
class HistoryEntry:
    """One event: when, who, about which indicator (empty: the whole assessment), and what changed."""

    at: datetime
    who: str
    role: str
    code: str
    title: str
    changes: tuple[HistoryChange, ...]


def assessment_events(frame: AssessmentFrame, code: str = "") -> QuerySet[Event]:
    """Events of the assessment, or of one indicator, that the person may read; newest first."""
    wanted = [frame.answers[code]] if code else [frame.assessment, *frame.answers.values()]
    found = events_about(target_of(row) for row in wanted)
    if hides_repairs(frame.assessment, frame.actor) and (last := _last_return(frame)) is not None:
        found = found.exclude(WORK, at__gt=last)
    if hides_verdicts(frame.assessment, frame.actor):
        return found.exclude(action__in=OF_THE_VERIFIER)
    if _reads_all(frame):
        return found
    return found.exclude(action__in=INTERNAL).exclude(_not_yet_handed_over(frame))


def _reads_all(frame: AssessmentFrame) -> bool:
    return frame.actor.is_system or frame.actor.is_supervisor or frame.assessment.state in CLOSED


def _last_return(frame: AssessmentFrame) -> datetime | None:
    returned = events_about([target_of(frame.assessment)]).filter(
        action="assessment.return_for_clarification"
    )
    last: datetime | None = returned.aggregate(at=Max("at"))["at"]
    return last


def _not_yet_handed_over(frame: AssessmentFrame) -> Q:
    """Verdicts that the agency has not been told: all but the questions asked before the last return."""
    last = _last_return(frame)
    judged = Q(action="answer.judged")
    return judged if last is None else judged & ~Q(changes__verdict__1=Verdict.ASK.value, at__lte=last)


def history_entries(frame: AssessmentFrame, rows: Iterable[Event]) -> list[HistoryEntry]:
    """The events in words, in the language of the page (no query)."""
    code_of = {target_of(answer): code for code, answer in frame.answers.items()}
    told_all = _reads_all(frame)
    return [_entry(frame.instrument, event, code_of.get(event.target, ""), told_all) for event in rows]


def _entry(instrument: Instrument, event: Event, code: str, told_all: bool) -> HistoryEntry:
    pairs = event.shown_changes
    if event.action == "answer.judged" and not told_all:
        # What the verifier thought before asking was not handed over with the question.
        pairs = {name: [None, pair[1]] for name, pair in pairs.items() if name in ("verdict", "reason")}
    changes = (_change(instrument, event.action, field, pair) for field, pair in _in_order(pairs))
    return HistoryEntry(
        event.at,
        event.who or _("Nobody signed in"),
        _roles(event.actor_role),
        code,
        _title(event.action),
        tuple(change for change in changes if change is not None),
    )


def _in_order(pairs: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(pairs.items(), key=lambda item: (PLACES.get(item[0], len(PLACES)), item[0]))


def _title(action: str) -> str:
    if action in FIRST_ACTS:
        return FIRST_ACTS[action]()
    step = BY_ACTION.get(action.removeprefix("assessment."))
    return str(step.title) if step else action


def _roles(names: str) -> str:
    known = {role.value: str(role.label) for role in Role}
    return ", ".join(known.get(name, name) for name in names.split(",") if name and name != "system")


def _change(instrument: Instrument, action: str, field: str, pair: Any) -> HistoryChange | None:
    if not (isinstance(pair, list) and len(pair) == 2) or field in ("path", "count"):
        return None
    if action == "gate.answered":
        return _gate(instrument, field, pair)
    label, say, long = FIELDS.get(field, (lambda: field, _plain, False))
    return HistoryChange(label(), say(pair[0]), say(pair[1]), long)


def _gate(instrument: Instrument, code: str, pair: list[Any]) -> HistoryChange:
    language = get_language() or "id"
    gate = instrument.gate(code)
    titles = {choice.code: choice.title.in_(language) for choice in gate.choices}
    return HistoryChange(gate.question.in_(language), titles.get(pair[0], ""), titles.get(pair[1], ""))


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _level(value: Any) -> str:
    return _("not filled in") if value is None else str(value)


def _ticks(value: Any) -> str:
    return ", ".join(str(level) for level in value or []) or _("none")


def _document(value: Any) -> str:
    """The title of "17: SK Rencana Suksesi"."""
    return _plain(value).partition(": ")[2]


def _state(value: Any) -> str:
    return str(State(value).label) if value in State.values else _plain(value)


def _verdict(value: Any) -> str:
    return str(Verdict(value).label) if value in Verdict.values else _plain(value)


def _codes(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else _plain(value)


Said = tuple[Callable[[], str], Callable[[Any], str], bool]
# In the order in which an entry tells them: the database keeps the fields of a change in an order of its own.
FIELDS: dict[str, Said] = {
    "state": (lambda: _("State"), _state, False),
    "asked": (lambda: _("Indicators asked back"), _codes, False),
    "verifier": (lambda: _("Verifier"), _plain, False),
    "ticks": (lambda: _("Criteria ticked"), _ticks, False),
    "claimed_level": (lambda: _("Level"), _level, False),
    "note": (lambda: _("Note"), _plain, True),
    "evidence": (lambda: _("Document"), _document, False),
    "verdict": (lambda: _("Verdict"), _verdict, False),
    "verified_level": (lambda: _("Verified level"), _level, False),
    "reason": (lambda: _("Reason"), _plain, True),
    "repair_due": (lambda: _("Answer by"), _plain, False),
    "body": (lambda: _("Message"), _plain, True),
    "number": (lambda: _("Number"), _plain, False),
    "score": (lambda: _("Score"), _plain, False),
    "category": (lambda: _("Category"), _plain, False),
    "survey": (lambda: _("Survey result"), _plain, False),
    "source": (lambda: _("Source"), _plain, False),
    "earlier": (lambda: _("Earlier assessment"), _document, False),
    "indicators": (lambda: _("Indicators"), _plain, False),
    "saved": (lambda: _("Taken over"), _plain, False),
    "kept": (lambda: _("Left as saved"), _plain, False),
    "conflicts": (lambda: _("Changed meanwhile"), _plain, False),
    "refused": (lambda: _("Refused"), _plain, False),
    "file_sha256": (lambda: _("File (SHA-256)"), _plain, False),
}
PLACES = {name: place for place, name in enumerate(FIELDS)}
