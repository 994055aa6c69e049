"""The recommendations of one assessment, in the instrument's order."""

from dataclasses import dataclass

from sipinter.assessment.record.recommendations.models import Recommendation
from sipinter.assessment.verification.queries.desk import Desk
from sipinter.rules.model import Aspect, Indicator


@dataclass(frozen=True)
class DeskRecommendation:
    """One recommendation with its indicator."""

    row: Recommendation
    indicator: Indicator


def aspect_recommendations(view: Desk) -> list[tuple[Aspect, list[DeskRecommendation]]]:
    """Aspects with their recommendations (one query)."""
    rows = {r.code: r for r in Recommendation.objects.filter(assessment=view.assessment)}
    for row in rows.values():
        row.assessment = view.assessment
    found = []
    for aspect in view.instrument.aspects:
        items = [DeskRecommendation(rows[i.code], i) for i in aspect.indicators if i.code in rows]
        if items:
            found.append((aspect, items))
    return found
