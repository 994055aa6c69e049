"""The latest result of every agency: what register, statistics and charts begin with."""

from django.db.models import Count, OuterRef, QuerySet, Subquery

from sipinter.assessment.record.models import Result

NEWEST = ("-year", "-round", "-pk")


def latest_results() -> QuerySet[Result]:
    """The latest current result of every agency, without the demonstration's invented ones."""
    latest = Result.objects.filter(agency=OuterRef("agency"), is_current=True).order_by(*NEWEST)
    return Result.objects.filter(
        is_current=True, agency__is_invented=False, pk=Subquery(latest.values("pk")[:1])
    )


def category_counts() -> dict[tuple[str, str], int]:
    """(instrument, category) -> how many agencies have it as their latest result."""
    counted = latest_results().order_by().values_list("instrument_id", "category").annotate(n=Count("pk"))
    return {(instrument, category): n for instrument, category, n in counted}
