"""Reading recommendations, shaped for pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language

from sipinter.foundation.access.actor import Actor
from sipinter.rules.instrument import default_catalog

from .models import Recommendation, RecommendationQuerySet


@dataclass(frozen=True)
class RecommendationLine:
    """One recommendation with its indicator's title (empty when the instrument is no longer kept)."""

    row: Recommendation
    title: str


@dataclass(frozen=True)
class RecommendationGroup:
    """The recommendations of one assessment."""

    agency: str
    cycle: str
    assessment_id: int
    lines: tuple[RecommendationLine, ...]


def issued_recommendations(actor: Actor) -> RecommendationQuerySet:
    """What was issued and the person may see, newest round first; an agency sees its own."""
    rows = Recommendation.objects.visible_to(actor).filter(issued_at__isnull=False, is_dropped=False)
    return rows.select_related("agency", "assessment__cycle").order_by(
        "-assessment__cycle__year", "-assessment__cycle__round", "agency__name", "assessment_id", "id"
    )


def group_by_assessment(rows: Iterable[Recommendation]) -> list[RecommendationGroup]:
    """The rows by assessment, in the order they come (no query)."""
    found: dict[int, list[Recommendation]] = {}
    for row in rows:
        found.setdefault(row.assessment_id, []).append(row)
    return [
        RecommendationGroup(
            str(rows[0].agency),
            str(rows[0].assessment.cycle),
            assessment_id,
            tuple(RecommendationLine(row, _title(row)) for row in rows),
        )
        for assessment_id, rows in found.items()
    ]


def _title(row: Recommendation) -> str:
    instrument = default_catalog().get(row.assessment.cycle.instrument_id)
    indicator = instrument.indicators.get(row.code) if instrument else None
    return indicator.title.in_(get_language() or "id") if indicator else ""
