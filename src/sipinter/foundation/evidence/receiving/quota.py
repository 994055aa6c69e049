"""How much room an agency's evidence may take."""

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.services import record

from ..models import Blob
from .refusals import no_room_error

MB = 1024 * 1024


def used_bytes(agency: Agency) -> int:
    """Bytes of everything that the agency sent in and that is kept."""
    kept = Blob.objects.filter(agency=agency).exclude(judgement=Blob.Judgement.REFUSED)
    return int(kept.aggregate(total=Sum("size"))["total"] or 0)


def quota_bytes(agency: Agency) -> int:
    """Bytes that the agency may use; 0 for no limit."""
    own = agency.evidence_quota_mb
    return (settings.EVIDENCE_QUOTA_MB if own is None else own) * MB


def require_room(agency: Agency, size: int) -> None:
    """Invalid (field `file`) when `size` bytes more are over the agency's quota."""
    limit = quota_bytes(agency)
    if limit and (taken := used_bytes(agency)) + size > limit:
        raise no_room_error(taken, limit, size)


@transaction.atomic
def set_quota(agency: Agency, megabytes: int | None, *, actor: Actor) -> Agency:
    """Give an agency a quota of its own (0: no limit; None: the general one). Invalid when negative."""
    require(actor, "evidence.set_quota", agency)
    if megabytes is not None and megabytes < 0:
        raise Invalid(_("A quota is a number of megabytes, 0 for no limit."))
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    before = agency.evidence_quota_mb
    if before != megabytes:
        agency.evidence_quota_mb = megabytes
        agency.save(update_fields=["evidence_quota_mb"])
        changes = {"evidence_quota_mb": [before, megabytes]}
        record("agency.quota_set", agency, actor=actor, agency_id=agency.pk, changes=changes)
    return agency
