"""Reading the audit trail."""

from collections.abc import Iterable

from django.db.models import QuerySet

from .models import Event


def events_about(targets: Iterable[str]) -> QuerySet[Event]:
    """Events about any of `targets` (names as `target_of` makes them), newest first."""
    return Event.objects.filter(target__in=list(targets))
