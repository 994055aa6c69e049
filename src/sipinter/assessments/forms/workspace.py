"""What the workspace's form sends."""

from dataclasses import dataclass

from django.http import QueryDict


@dataclass(frozen=True)
class Typed:
    """An answer as typed: ticked criteria, note, and the version of the row that the person saw.

    `override` in the form, sent by "use what I wrote", names the version that is knowingly replaced.
    """

    ticks: frozenset[int]
    note: str
    version: int

    @classmethod
    def of(cls, data: QueryDict) -> "Typed | None":
        """From a posted or kept form; None when the form carried no answer (only a message, say).

        "Nothing yet" (0) beside ticked criteria gives way to them: scripts keep the two apart, and
        without scripts the criteria are the more deliberate statement.
        """
        if "version" not in data:
            return None
        ticks = frozenset(whole(value) for value in data.getlist("tick"))
        seen = whole(data.get("override") or data.get("version", ""))
        return cls(ticks - {0} if len(ticks) > 1 else ticks, data.get("note", ""), seen)


def whole(text: str) -> int:
    """A number as sent; -1, which no row and no criterion has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
