"""From days of absence to the sanction (PP 94/2021)."""

from __future__ import annotations

from sipinter.rules.messages import Message, Refusal
from sipinter.rules.sets.model import DisciplineRules, Sanction

MOST_DAYS = 366


def absence_sanction(rules: DisciplineRules, days: int, consecutive: int = 0) -> Sanction:
    """The sanction for `days` of absence without a reason in a year, `consecutive` of them in a row."""
    for what, value, top in (("DAYS", days, MOST_DAYS), ("--consecutive", consecutive, days)):
        if not 0 <= value <= top:
            raise Refusal(
                Message("{what}: {value} is not between 0 and {max}", what=what, value=value, max=top)
            )
    if consecutive >= rules.consecutive_days:
        return rules.sanctions[-1]
    return max((s for s in rules.sanctions if s.days <= days), key=lambda s: s.days)
