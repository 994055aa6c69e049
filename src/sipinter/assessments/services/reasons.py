"""Steps that need a reason, which whoever gets the assessment back reads first."""

from django.utils.translation import gettext as _

from sipinter.accounts.actor import Actor
from sipinter.web.errors import Invalid

from ..models import Assessment
from ..workflow import advance, locked


def required_reason(reason: str) -> str:
    """The reason without blanks around it; Invalid when there is none."""
    reason = reason.strip()
    if not reason:
        raise Invalid(_("Give the reason."), fields={"reason": _("A reason is needed.")})
    return reason


def advance_with_reason(assessment: Assessment, action: str, reason: str, *, actor: Actor) -> Assessment:
    """Take the step `action` and keep its reason on the assessment and on record."""
    reason = required_reason(reason)
    return advance(
        locked(assessment), action, actor=actor,
        changes={"returned_reason": reason}, audit={"reason": [None, reason]},
    )  # fmt: skip
