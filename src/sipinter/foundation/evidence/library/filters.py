"""The agency's library as a whole: which documents it holds, found and sorted out by their validity."""

from datetime import date, timedelta
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from sipinter.foundation.web.formatters import format_day

from ..models import Evidence, EvidenceQuerySet
from .validity import Validity, validity_on

SOON = timedelta(days=90)


class LibraryFilter(StrEnum):
    """What the library is narrowed to."""

    ALL = ""
    VALID = "valid"
    SOON = "soon"
    EXPIRED = "expired"
    UNUSED = "unused"
    OLDER = "older"


def filter_library(
    rows: EvidenceQuerySet, holding: LibraryFilter, *, today: date, unused: Q
) -> EvidenceQuerySet:
    """`rows` of one kind, `unused` saying what that is; older versions are a kind of their own."""
    if holding is LibraryFilter.OLDER:
        return rows.filter(superseded_by__isnull=False)
    rows = rows.filter(superseded_by=None)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    match holding:
        case LibraryFilter.VALID:
            return rows.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gte=today))
        case LibraryFilter.SOON:
            return rows.filter(begun, valid_until__range=(today, today + SOON))
        case LibraryFilter.EXPIRED:
            return rows.filter(valid_until__lt=today)
        case LibraryFilter.UNUSED:
            return rows.filter(unused)
    return rows


def validity_hint(evidence: Evidence, *, today: date, horizon: date) -> str:
    """What a reader should know about the validity; empty when nothing stands in the way. Decides nothing."""
    match validity_on(evidence.valid_from, evidence.valid_until, today=today, horizon=horizon):
        case Validity.EXPIRED:
            return _("expired on %(day)s") % {"day": format_day(evidence.valid_until)}
        case Validity.FUTURE:
            return _("valid only from %(day)s") % {"day": format_day(evidence.valid_from)}
        case Validity.ENDING:
            return _("runs out on %(day)s") % {"day": format_day(evidence.valid_until)}
    return ""
