"""Fetch-and-check in one place: a row the actor may see, or a 404 that leaves a trace."""

from typing import Any, TypeVar

from django.db.models import Model
from django.http import Http404, HttpRequest

from sipinter.audit.services import record, target_of

from .actor import NOBODY, Actor

M = TypeVar("M", bound=Model)


def actor_from(request: HttpRequest) -> Actor:
    """The actor that the middleware put on the request."""
    return getattr(request, "actor", NOBODY)


def fetch(request: HttpRequest, queryset: Any, **lookup: Any) -> Any:
    """The one row of `queryset` (which must offer `visible_to`) that matches and that the actor may see.

    Http404 otherwise. When the row exists but belongs to somebody else the attempt is recorded in the
    owning agency's audit trail (`access.refused`).
    """
    actor = actor_from(request)
    found = queryset.visible_to(actor).filter(**lookup).first()
    if found is not None:
        return found
    hidden = queryset.filter(**lookup).first()
    if hidden is not None:
        record(
            "access.refused",
            target_of(hidden),
            actor=actor,
            agency_id=getattr(hidden, "agency_id", None),
            changes={"path": [None, request.path]},
        )
    raise Http404
