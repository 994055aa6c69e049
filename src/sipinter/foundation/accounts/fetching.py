"""Fetch-and-check in one place: a row the actor may see, or a 404 that leaves a trace."""

from typing import Any

from django.db.models import Model
from django.http import Http404

from sipinter.foundation.audit.refusals import count_refusal
from sipinter.foundation.web.request import Request

LARGEST_KEY = 2**63 - 1  # a larger one is refused by the databases in words of their own


def fetch_or_404(request: Request, queryset: Any, **lookup: Any) -> Any:
    """The one row of `queryset` (which must offer `visible_to`) that matches and that the actor may see.

    Http404 otherwise. When the row exists but belongs to somebody else the attempt is counted among the
    refusals that the owning agency reads (`access.refused`). Call it outside a transaction: the 404 would
    undo the count.
    """
    if found := _one(queryset.visible_to(request.actor), lookup):
        return found
    if hidden := _one(queryset, lookup):
        raise foreign_row_404(request, hidden, getattr(hidden, "agency_id", None))
    raise Http404


def _one(queryset: Any, lookup: dict[str, Any]) -> Any:
    """The row, without the order in which lists of its kind come; none for a number that no row can have."""
    if any(isinstance(value, int) and value > LARGEST_KEY for value in lookup.values()):
        return None
    return next(iter(queryset.filter(**lookup).order_by()[:1]), None)


def foreign_row_404(request: Request, obj: Model, agency_id: int | None) -> Http404:
    """Count the attempt to open somebody else's row; the 404 to raise, as if the row did not exist."""
    count_refusal("access.refused", obj, actor=request.actor, agency_id=agency_id)
    return Http404()
