"""Rounds: as the administrator sees them, and which of them came earlier."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from sipinter.foundation.agencies.models import Agency, AgencyType

from ..models import AT_THE_SUPERVISOR, CLOSED, Assessment, Cycle, State


@dataclass(frozen=True)
class AgencyTypeCount:
    """One kind of agency: how many are active, and how many of them the round has."""

    type: AgencyType
    agencies: int
    in_round: int


def cycles_with_counts() -> QuerySet[Cycle]:
    """Every round with the numbers of its assessments, newest first (one query)."""
    return Cycle.objects.annotate(
        total=Count("assessments"),
        submitted=Count("assessments", filter=Q(assessments__state__in=AT_THE_SUPERVISOR)),
        decided=Count("assessments", filter=Q(assessments__state__in=CLOSED)),
    )


def cycle_state_counts(cycle: Cycle) -> list[tuple[State, int]]:
    """How many assessments of the round stand in each state, in the order of the round (one query)."""
    rows = dict(
        Assessment.objects.filter(cycle=cycle).order_by().values_list("state").annotate(n=Count("pk"))
    )
    return [(state, rows[state.value]) for state in State if rows.get(state.value)]


def agency_type_counts(cycle: Cycle) -> list[AgencyTypeCount]:
    """Every kind of agency with its numbers (two queries)."""
    active = Counter(Agency.objects.filter(is_active=True).values_list("type", flat=True))
    inside = Counter(Assessment.objects.filter(cycle=cycle).values_list("agency__type", flat=True))
    return [AgencyTypeCount(kind, active[kind.value], inside[kind.value]) for kind in AgencyType]


def earlier_rounds(cycle: Cycle, path: str = "cycle") -> Q:
    """Rows whose round (at `path`) came before `cycle`."""
    same_year = Q((f"{path}__year", cycle.year), (f"{path}__round__lt", cycle.round))
    return Q((f"{path}__year__lt", cycle.year)) | same_year
