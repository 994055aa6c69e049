"""Refusals a person can read: what a service raises instead of letting something wrong happen."""

from collections.abc import Mapping


class Refused(Exception):
    """An act that is not done. `str()` is a sentence for the person; nothing was changed.

    `fields` maps a form field to its own sentence where the fault has a place.
    """

    status = 409

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(str(message))
        self.fields = dict(fields or {})


class Denied(Refused):
    """The person lacks the right."""

    status = 403


class NotNow(Refused):
    """Right person, wrong moment: the state or the stage's dates do not allow it."""


class Conflict(Refused):
    """Somebody else changed it meanwhile; `current` is the row as it stands now."""

    def __init__(self, message: str, *, current: object = None) -> None:
        super().__init__(message)
        self.current = current


class NotAnswering(Refused):
    """A part that the site needs does not answer at this moment; nothing was changed."""

    status = 503


class Invalid(Refused):
    """What was sent does not hold; `fields` says where."""

    status = 422

    @classmethod
    def at(cls, field: str, sentence: str) -> "Invalid":
        """The refusal of one form field, whose sentence is the whole message."""
        return cls(sentence, fields={field: sentence})
