"""Recommendations: drafted, edited, dropped, issued."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record

from ..models import Assessment
from .models import Recommendation


@dataclass(frozen=True)
class RecommendationDraft:
    """A recommendation to be: the indicator, its level now and the level to reach, and the text."""

    code: str
    level_now: int | None
    level_next: int
    body: str


@transaction.atomic
def draft_recommendations(
    assessment: Assessment, drafts: Iterable[RecommendationDraft], *, actor: Actor
) -> int:
    """Bring the drafts of `assessment` in line with `drafts`; returns how many stand.

    A text that a person has edited or dropped is kept; drafts of indicators that no longer need one go.
    """
    wanted = {item.code: item for item in drafts}
    rows = {row.code: row for row in Recommendation.objects.filter(assessment=assessment)}
    untouched = [r.pk for r in rows.values() if not r.is_edited and not r.is_dropped and not r.issued_at]
    kept = {code for code, row in rows.items() if row.pk not in untouched}
    Recommendation.objects.filter(pk__in=untouched).delete()
    Recommendation.objects.bulk_create(
        Recommendation(
            assessment_id=assessment.pk,
            agency_id=assessment.agency_id,
            code=item.code,
            level_now=item.level_now,
            level_next=item.level_next,
            body=item.body,
        )
        for code, item in wanted.items()
        if code not in kept
    )
    standing = len(kept | wanted.keys())
    record(
        "recommendation.drafted",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"count": [len(rows), standing]},
    )
    return standing


def _locked(recommendation: Recommendation) -> Recommendation:
    """The row as it stands now, locked after its assessment, as every step of the workflow does."""
    rows = Recommendation.objects.select_related("assessment__cycle")
    rows.select_for_update(of=("assessment",)).get(pk=recommendation.pk)
    return rows.select_for_update(of=("self",)).get(pk=recommendation.pk)


@transaction.atomic
def edit_recommendation(
    recommendation: Recommendation, *, body: str, is_dropped: bool = False, version: int, actor: Actor
) -> Recommendation:
    """Change the text, or drop the recommendation. Conflict when somebody else did meanwhile."""
    recommendation = _locked(recommendation)
    require(actor, "recommendation.edit", recommendation)
    body = body.strip()
    if not body and not is_dropped:
        raise Invalid(_("Write the recommendation, or drop it."), fields={"body": _("Empty.")})
    body = body or recommendation.body
    if (recommendation.body, recommendation.is_dropped) == (body, is_dropped):
        return recommendation
    if recommendation.version != version:
        raise Conflict(_("Somebody else changed this recommendation meanwhile."), current=recommendation)
    changes: dict[str, list[Any]] = {
        "body": [recommendation.body, body],
        "is_dropped": [recommendation.is_dropped, is_dropped],
    }
    recommendation.body, recommendation.is_dropped, recommendation.is_edited = body, is_dropped, True
    recommendation.edited_by_id = actor.user_id
    recommendation.version += 1
    recommendation.save()
    record(
        "recommendation.edited",
        recommendation,
        actor=actor,
        agency_id=recommendation.agency_id,
        changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
    )
    return recommendation


@transaction.atomic
def issue_recommendations(assessment: Assessment, *, actor: Actor) -> int:
    """Hand the agency all recommendations that were not dropped; returns how many."""
    count = Recommendation.objects.filter(assessment=assessment, is_dropped=False, issued_at=None).update(
        issued_at=timezone.now()
    )
    record(
        "recommendation.issued",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"count": [0, count]},
    )
    return count
