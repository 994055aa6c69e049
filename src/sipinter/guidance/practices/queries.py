"""What stands beside the criteria: examples of evidence, and why levels were lowered."""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, F, QuerySet

from sipinter.assessment.record.models import CLOSED, Answer, Assessment, Example, Verdict
from sipinter.assessment.record.models.examples import CONSENTING
from sipinter.foundation.access.actor import Actor

AGENCIES = 3  # a reason is shown once so many agencies were given it: nobody is recognised by it
REASONS = 5
REMEMBERED = 600


@dataclass(frozen=True)
class LoweringReason:
    """A reason for which levels were lowered, and at how many agencies."""

    reason: str
    agencies: int


@dataclass(frozen=True)
class IndicatorGuide:
    """Examples by level (accepted first), and the frequent reasons for lowering, of one indicator."""

    examples: dict[int, list[Example]]
    lowered: list[LoweringReason]


def indicator_guide(assessment: Assessment, code: str) -> IndicatorGuide:
    """What stands beside the criteria of the indicator `code`.

    One query, and another where the reasons are counted anew.
    """
    instrument_id = assessment.cycle.instrument_id
    rows = Example.objects.shown().filter(instrument_id=instrument_id, code=code).select_related("agency")
    found: dict[int, list[Example]] = {}
    for row in rows.order_by("level", "kind", "id"):
        found.setdefault(row.level, []).append(row)
    return IndicatorGuide(found, lowering_reasons(instrument_id).get(code, []))


def lowering_reasons(instrument_id: str) -> dict[str, list[LoweringReason]]:
    """By indicator, the reasons that verifiers gave for a lower level, the most frequent first (one query).

    Counted in decided assessments, by agency, word for word, as the list of kept reasons gives them;
    remembered for ten minutes.
    """
    key = f"lowered:{instrument_id}"
    kept: dict[str, list[tuple[str, int]]] | None = cache.get(key)
    if kept is None:
        found = _lowered(instrument_id)
        pairs = {code: [(row.reason, row.agencies) for row in rows] for code, rows in found.items()}
        cache.set(key, pairs, REMEMBERED)
        return found
    return {code: [LoweringReason(*pair) for pair in pairs] for code, pairs in kept.items()}


def _lowered(instrument_id: str) -> dict[str, list[LoweringReason]]:
    rows = (
        Answer.objects.filter(
            verdict=Verdict.CHANGE,
            verified_level__lt=F("claimed_level"),
            assessment__state__in=CLOSED,
            assessment__cycle__instrument_id=instrument_id,
        )
        .exclude(reason="")
        .values("code", "reason")
        .annotate(agencies=Count("assessment__agency", distinct=True))
        .filter(agencies__gte=AGENCIES)
        .order_by("code", "-agencies", "reason")
    )
    found: dict[str, list[LoweringReason]] = {}
    for row in rows:
        reasons = found.setdefault(row["code"], [])
        if len(reasons) < REASONS:
            reasons.append(LoweringReason(row["reason"], row["agencies"]))
    return found


def managed_examples(actor: Actor) -> QuerySet[Example]:
    """What the actor manages, the newest first, with whom it concerns."""
    rows = Example.objects.visible_to(actor).select_related("agency", "proposed_by", "consented_by")
    return rows.order_by(F("withdrawn_at").asc(nulls_first=True), "-proposed_at", "-id")


def own_examples(actor: Actor) -> QuerySet[Example]:
    """Examples from the actor's own agencies, those that wait for consent first."""
    rows = Example.objects.filter(agency_id__in=actor.agency_ids(CONSENTING), withdrawn_at=None)
    return rows.select_related("agency", "consented_by").order_by(
        F("consented_at").asc(nulls_first=True), "-proposed_at", "-id"
    )
