"""The agency's library as a whole: which documents it holds, found and sorted out by their validity."""

from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.formatting import day

from ..models import Evidence, EvidenceQuerySet
from .validity import Standing, standing

SOON = timedelta(days=90)


class Holding(StrEnum):
    """What the library is narrowed to."""

    ALL = ""
    VALID = "valid"
    SOON = "soon"
    EXPIRED = "expired"
    UNUSED = "unused"
    OLDER = "older"


def today_of(agency: Agency) -> date:
    """The day on the agency's calendar."""
    return timezone.localdate(timezone=ZoneInfo(agency.time_zone))


def narrowed(rows: EvidenceQuerySet, holding: Holding, *, today: date, unused: Q) -> EvidenceQuerySet:
    """`rows` of one kind, `unused` saying what that is; older versions are a kind of their own."""
    if holding is Holding.OLDER:
        return rows.filter(superseded_by__isnull=False)
    rows = rows.filter(superseded_by=None)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    match holding:
        case Holding.VALID:
            return rows.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gte=today))
        case Holding.SOON:
            return rows.filter(begun, valid_until__range=(today, today + SOON))
        case Holding.EXPIRED:
            return rows.filter(valid_until__lt=today)
        case Holding.UNUSED:
            return rows.filter(unused)
    return rows


def validity_hint(evidence: Evidence, *, today: date, horizon: date) -> str:
    """What a reader should know about the validity; empty when nothing stands in the way. Decides nothing."""
    match standing(evidence.valid_from, evidence.valid_until, today=today, horizon=horizon):
        case Standing.EXPIRED:
            return _("expired on %(day)s") % {"day": day(evidence.valid_until)}
        case Standing.FUTURE:
            return _("valid only from %(day)s") % {"day": day(evidence.valid_from)}
        case Standing.ENDING:
            return _("runs out on %(day)s") % {"day": day(evidence.valid_until)}
    return ""
