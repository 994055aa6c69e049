"""An answer as somebody typed it, beside the one that is saved."""

from dataclasses import dataclass

from django.http import QueryDict

from sipinter.foundation.web.numbers import parse_small_int

MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class TypedAnswer:
    """An answer as typed: ticked criteria, note, and the version of the row that the person saw.

    `override` in the form, sent by "use what I wrote", names the version that is knowingly replaced; `merge`,
    sent by "save the merged answer", the version that the choices of `merge_typed_answer` were made on.
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
        ticks = frozenset(parse_small_int(value, -1) for value in data.getlist("tick"))
        seen = parse_small_int(data.get("merge") or data.get("override") or data.get("version", ""), -1)
        return cls(ticks - {0} if len(ticks) > 1 else ticks, data.get("note", ""), seen)
