"""Retirement: the first day of the month after the birthday at the tier's age (PP 11/2017 art. 239)."""

from __future__ import annotations

from datetime import date

from sipinter.rules.sets.model import RetirementRules


def retirement_date(rules: RetirementRules, birth: date, tier: str) -> date:
    """The day of retirement of somebody in a tier."""
    year, month = birth.year + rules.ages[tier], birth.month
    return date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
