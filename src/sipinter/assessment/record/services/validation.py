"""What services check in texts, dates and reasons; steps that need a reason."""

from datetime import date

from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.web.formatters import format_day

from ..models import Assessment
from ..workflow import advance_assessment, lock_assessment

TEXT_MAX = 5_000


def clean_text(text: str) -> str:
    """The text as typed: one kind of line end, no blanks around it, no NUL (which no database takes)."""
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def clean_short_text(text: str, field: str) -> str:
    """`clean_text`; Invalid when it is longer than 5,000 characters."""
    text = clean_text(text)
    if len(text) > TEXT_MAX:
        raise Invalid.at(field, _("This is longer than %(max)s characters.") % {"max": TEXT_MAX})
    return text


def date_range_hint(first: date, last: date) -> str:
    """What a refused date is told: the days that it may be."""
    return _("Choose a day from %(first)s to %(last)s.") % {
        "first": format_day(first),
        "last": format_day(last),
    }


def require_reason(reason: str) -> str:
    """The reason without blanks around it; Invalid when there is none, or too much of it."""
    reason = clean_short_text(reason, "reason")
    if not reason:
        raise Invalid(_("Give the reason."), fields={"reason": _("A reason is needed.")})
    return reason


def advance_with_reason(assessment: Assessment, action: str, reason: str, *, actor: Actor) -> Assessment:
    """Take the step `action` and keep its reason on the assessment and on record."""
    reason = require_reason(reason)
    return advance_assessment(
        lock_assessment(assessment),
        action,
        actor=actor,
        changes={"returned_reason": reason},
        audit={"reason": [None, reason]},
    )
