"""Two people at one indicator: what the other changed since, and where the two answers differ."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sipinter.assessment.record.models import Answer
from sipinter.assessment.record.services.validation import clean_text
from sipinter.foundation.audit.models import Event
from sipinter.foundation.audit.queries import events_about
from sipinter.foundation.audit.services import target_of

from .typed_answer import MINE, THEIRS, TypedAnswer

WORDS = re.compile(r"\S+\s*|\s+")
MOST = 20
LONGEST = 20_000


@dataclass(frozen=True)
class NotePiece:
    """A run of a note; `differs` where the other note does not have it."""

    text: str
    differs: bool


@dataclass(frozen=True)
class InterveningSave:
    """One save of somebody else since: who, when, and which of "ticks" and "note" it changed."""

    who: str
    at: datetime
    ticks: bool
    note: bool


@dataclass(frozen=True)
class AnswerMerge:
    """The saved answer beside what was typed. `ticks` and `note` say whose is proposed; "" for nobody's.

    A value only one of the two changed is proposed; where both did, the person chooses. None where the two
    agree.
    """

    saved: Answer
    typed: TypedAnswer
    steps: tuple[InterveningSave, ...]
    ticks: str | None
    note: str | None
    my_note: tuple[NotePiece, ...]
    their_note: tuple[NotePiece, ...]

    @property
    def levels(self) -> list[tuple[int, bool, bool]]:
        """(level, ticked by me, ticked in the saved answer) of every criterion that differs."""
        mine, theirs = self.typed.ticks, set(self.saved.ticks)
        return [(level, level in mine, level in theirs) for level in sorted(mine ^ theirs)]


def propose_merge(saved: Answer, typed: TypedAnswer) -> AnswerMerge:
    """What to merge, by the audit trail of the saves since the version that was typed on (one query)."""
    since = _since(saved, typed.version)
    before_ticks, before_note = list(saved.ticks), saved.note
    for event in reversed(since):
        before_ticks = event.changes.get("ticks", [before_ticks])[0]
        before_note = event.changes.get("note", [before_note])[0]
    mine, theirs = compare_notes(clean_text(typed.note), saved.note)
    return AnswerMerge(
        saved=saved,
        typed=typed,
        steps=tuple(InterveningSave(e.who, e.at, "ticks" in e.changes, "note" in e.changes) for e in since),
        ticks=_proposed(set(before_ticks), set(typed.ticks), set(saved.ticks)),
        note=_proposed(before_note, clean_text(typed.note), saved.note),
        my_note=mine,
        their_note=theirs,
    )


def _since(saved: Answer, version: int) -> list[Event]:
    """The saves after `version`, oldest first: each raised the version by one, as each verdict did."""
    count = saved.version - version
    if not 0 < count <= MOST:
        return []
    rows = events_about([target_of(saved)]).filter(action__in=("answer.saved", "answer.judged"))
    return [event for event in reversed(rows[:count]) if event.action == "answer.saved"]


def _proposed(before: object, mine: object, theirs: object) -> str | None:
    if mine == theirs:
        return None
    if theirs == before:
        return MINE
    return THEIRS if mine == before else ""


def compare_notes(mine: str, theirs: str) -> tuple[tuple[NotePiece, ...], tuple[NotePiece, ...]]:
    """Both notes in runs of words, those that the other lacks marked."""
    left, right = WORDS.findall(mine[:LONGEST]), WORDS.findall(theirs[:LONGEST])
    words = difflib.SequenceMatcher(
        None, [w.strip() for w in left], [w.strip() for w in right], autojunk=True
    )
    codes = words.get_opcodes()
    return (
        _runs(left, [(a, b, tag) for tag, a, b, _c, _d in codes]),
        _runs(right, [(c, d, tag) for tag, _a, _b, c, d in codes]),
    )


def _runs(words: Collection[str], spans: list[tuple[int, int, str]]) -> tuple[NotePiece, ...]:
    words = list(words)
    return tuple(NotePiece("".join(words[a:b]), tag != "equal") for a, b, tag in spans if b > a)
