"""A round with people of two units for the tests of teamwork."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from sipinter.assessment.record.models import Assignment
from sipinter.assessment.selfassessment.services.assignments import assign_indicators
from sipinter.foundation.access.actor import ASKED_ONLY
from sipinter.foundation.accounts.models import User
from tests.factories import grant, make_user

from .round import Round


class Shared(Round):
    """Filling in has begun. Wulan (BKPSDM) sees only what is asked of her, Bayu (Inspektorat) everything."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.start()
        self.wulan = self.member("Wulan Anggraini", "BKPSDM", ASKED_ONLY)
        self.bayu = self.member("Bayu Pratama", "Inspektorat")

    def member(self, name: str, unit: str, *scope: str) -> User:
        user = make_user(name)
        grant(user, "team", self.agency, scope=scope, unit=unit)
        return user

    def day(self, days: int) -> date:
        return timezone.localdate() + timedelta(days=days)

    def ask(self, *codes: str, days: int = 5, **to: Any) -> list[Assignment]:
        """The account keeper asks for `codes` until `days` from now."""
        if not {"person", "unit"} & set(to):
            to["person"] = self.wulan
        return assign_indicators(self.fresh(), codes, due=self.day(days), actor=self.who("keeper"), **to)


def past_due(rows: list[Assignment], days: int) -> None:
    """They were asked long ago, until `days` before today."""
    now = timezone.now()
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(
        due=timezone.localdate() - timedelta(days=days), asked_at=now - timedelta(days=30)
    )
