"""What the workspace's form sends."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Answer
from sipinter.assessment.record.services.validation import clean_text
from sipinter.foundation.access.errors import Invalid

from ..workbook.comparison import join_notes

MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class TypedAnswer:
    """An answer as typed: ticked criteria, note, and the version of the row that the person saw.

    `override` in the form, sent by "use what I wrote", names the version that is knowingly replaced; `merge`,
    sent by "save the merged answer", the version that the choices of `merged` were made on.
    """

    ticks: frozenset[int]
    note: str
    version: int

    @classmethod
    def of(cls, data: QueryDict) -> "TypedAnswer | None":
        """From a posted or kept form; None when the form carried no answer (only a message, say).

        "Nothing yet" (0) beside ticked criteria gives way to them: scripts keep the two apart, and
        without scripts the criteria are the more deliberate statement.
        """
        if "version" not in data:
            return None
        ticks = frozenset(posted_number(value) for value in data.getlist("tick"))
        seen = posted_number(data.get("merge") or data.get("override") or data.get("version", ""))
        return cls(ticks - {0} if len(ticks) > 1 else ticks, data.get("note", ""), seen)


def merge_typed_answer(typed: TypedAnswer, data: QueryDict, saved: Answer) -> TypedAnswer:
    """`typed` with what the person took from `saved`, value by value; as it is where nothing was merged.

    Invalid when a value that differs was left without a choice.
    """
    if "merge" not in data:
        return typed
    ticks, note = data.get("merge-ticks", ""), data.get("merge-note", "")
    missing = {}
    if frozenset(saved.ticks) != typed.ticks and ticks not in (MINE, THEIRS):
        missing["merge-ticks"] = _("Choose whose criteria hold.")
    if saved.note != clean_text(typed.note) and note not in (MINE, THEIRS, BOTH):
        missing["merge-note"] = _("Choose whose note holds.")
    if missing:
        raise IncompleteMerge(" ".join(missing.values()), fields=missing, current=saved)
    notes = {MINE: typed.note, THEIRS: saved.note, BOTH: join_notes(saved.note, clean_text(typed.note))}
    return TypedAnswer(
        frozenset(saved.ticks) if ticks == THEIRS else typed.ticks, notes.get(note, typed.note), typed.version
    )


class IncompleteMerge(Invalid):
    """A merge without all its choices; `current` is the row as it stands."""

    def __init__(self, message: str, *, fields: Mapping[str, str], current: Answer) -> None:
        super().__init__(message, fields=fields)
        self.current = current


def posted_number(text: str) -> int:
    """A number as sent; -1, which no row and no criterion has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
