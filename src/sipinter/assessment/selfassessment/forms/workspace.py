"""What the workspace's form sends when two people saved: whose ticks and whose note hold."""

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.translation import gettext as _

from sipinter.assessment.record.models import Answer
from sipinter.assessment.record.services.validation import clean_text
from sipinter.foundation.access.errors import Invalid

from ..queries.typed_answer import BOTH, MINE, THEIRS, TypedAnswer
from ..workbook.comparison import join_notes


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
