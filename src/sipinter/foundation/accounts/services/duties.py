"""What a person holds against the table of duties."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, groupby

from django.db.models import Count, Q

from sipinter.foundation.access.duties import excluding_rule, why_not_besides
from sipinter.foundation.access.roles import Role
from sipinter.foundation.agencies.models import Agency

from ..models import Membership, User


@dataclass(frozen=True)
class DutyClash:
    """Two duties that one person holds now though the table excludes it."""

    first: Membership
    second: Membership
    why: str

    @property
    def user(self) -> User:
        return self.first.user

    @property
    def roles(self) -> tuple[str, str]:
        return str(Role(self.first.role).label), str(Role(self.second.role).label)


def why_excluded(user: User, role: str, agency: Agency) -> str:
    """Why the person may not take `role` besides what they hold now; empty where they may (one query)."""
    held = Membership.objects.current().filter(user=user).values_list("role", "agency_id")
    return why_not_besides((role, agency.pk), held)


def duty_clashes(agency: Agency | None = None) -> list[DutyClash]:
    """Everybody whose current memberships break the table, by name; one agency's people where given."""
    several = User.objects.annotate(
        held=Count("memberships", filter=Q(memberships__ended_at__isnull=True))
    ).filter(held__gt=1, is_active=True)
    if agency is not None:
        several = several.filter(memberships__agency=agency, memberships__ended_at__isnull=True)
    rows = Membership.objects.current().filter(user__in=several.values("pk"))
    ordered = rows.select_related("user", "agency").order_by("user__name", "user_id", "pk")
    return [clash for _user, held in groupby(ordered, key=lambda row: row.user_id) for clash in _among(held)]


def _among(held: Iterable[Membership]) -> Iterable[DutyClash]:
    for first, second in combinations(held, 2):
        rule = excluding_rule((first.role, first.agency_id), (second.role, second.agency_id))
        if rule is not None:
            yield DutyClash(first, second, str(rule.why))
