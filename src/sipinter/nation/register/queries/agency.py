"""One agency's public page."""

from dataclasses import dataclass

from django.conf import settings

from sipinter.assessment.record.models import Decision, Result, ResultAspect, State
from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.foundation.agencies.models import Agency
from sipinter.nation.statistics.queries import AspectMedians, aspect_medians
from sipinter.rules.instrument import default_catalog


@dataclass(frozen=True)
class AgencyProfile:
    """What the public may know of an agency; `aspects` are of `detailed`, the latest result with any."""

    agency: Agency
    results: list[Result]
    decisions: list[Decision]
    detailed: Result | None
    aspects: list[ResultAspect]
    medians: AspectMedians
    recommendations: list[Recommendation]

    @property
    def latest(self) -> Result | None:
        return self.results[0] if self.results else None

    @property
    def previous(self) -> Result | None:
        """The result before the latest by the same instrument."""
        rest = [r for r in self.results[1:] if r.instrument_id == self.results[0].instrument_id]
        return rest[0] if rest else None


def agency_profile(agency: Agency) -> AgencyProfile:
    """Results newest first, decisions with their papers, aspects, recommendations; queries do not grow."""
    found = list(
        Result.objects.filter(agency=agency)
        .select_related("decision")
        .prefetch_related("aspects", "decision__documents")
        .order_by("-year", "-round", "-pk")
    )
    current = [result for result in found if result.is_current]
    detailed = next((result for result in current if result.aspects.all()), None)
    return AgencyProfile(
        agency=agency,
        results=current,
        decisions=[result.decision for result in found if result.decision is not None],
        detailed=detailed,
        aspects=_in_order(detailed) if detailed else [],
        medians=aspect_medians(detailed.instrument_id) if detailed else AspectMedians({}),
        recommendations=_recommendations(agency),
    )


def _in_order(result: Result) -> list[ResultAspect]:
    instrument = default_catalog().get(result.instrument_id)
    places = {aspect.code: i for i, aspect in enumerate(instrument.aspects)} if instrument else {}
    return sorted(result.aspects.all(), key=lambda aspect: places.get(aspect.code, len(places)))


def _recommendations(agency: Agency) -> list[Recommendation]:
    """Those handed to the agency with its last published result, where the installation makes them public."""
    if not settings.PUBLIC_RECOMMENDATIONS:
        return []
    issued = Recommendation.objects.filter(
        agency=agency, issued_at__isnull=False, is_dropped=False, assessment__state=State.PUBLISHED
    ).select_related("assessment__cycle")
    rows = list(issued.order_by("-assessment__cycle__year", "-assessment__cycle__round", "pk"))
    return [row for row in rows if row.assessment_id == rows[0].assessment_id]
