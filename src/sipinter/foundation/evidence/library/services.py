"""Title and validity of evidence: what the agency says about a document of its own."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record

from ..models import Evidence
from ..receiving.names import clean_title

FIRST, LAST = date(1945, 8, 17), date(2199, 12, 31)


@transaction.atomic
def describe_evidence(
    evidence: Evidence,
    *,
    title: str,
    valid_from: date | None,
    valid_until: date | None,
    version: int,
    actor: Actor,
) -> Evidence:
    """Set title and validity dates (inclusive, None: open) of evidence; `version` is the one the person saw.

    Saving what stands there already changes nothing. Conflict (with the row as it stands) when somebody else
    changed it meanwhile; Invalid by field; NotNow for another title once it stood in an assessment sent in:
    the title stays as the verifier read it, while validity remains the agency's own note.
    """
    evidence = Evidence.objects.select_for_update(of=("self",)).get(pk=evidence.pk)
    require(actor, "evidence.change", evidence)
    title = clean_title(title)
    _check(title, valid_from, valid_until)
    new = {"title": title, "valid_from": valid_from, "valid_until": valid_until}
    changes: dict[str, list[Any]] = {
        name: [getattr(evidence, name), value]
        for name, value in new.items()
        if getattr(evidence, name) != value
    }
    if not changes:
        return evidence
    if evidence.version != version:
        raise Conflict(
            _("Somebody else changed this document meanwhile. Nothing was overwritten."), current=evidence
        )
    if "title" in changes and evidence.is_submitted:
        sentence = _(
            "This document stood in an assessment that was sent in, so its title stays as the verifier "
            "saw it."
        )
        raise NotNow(sentence, fields={"title": sentence})
    for name, value in new.items():
        setattr(evidence, name, value)
    evidence.version += 1
    evidence.save(update_fields=[*changes, "version"])
    record("evidence.changed", evidence, actor=actor, agency_id=evidence.agency_id, changes=changes)
    return evidence


def check_validity_dates(valid_from: date | None, valid_until: date | None) -> None:
    """Invalid, by field, for dates out of all reason or a last day before the first."""
    faults = {
        name: _("Give a date between 17 August 1945 and the year 2199.")
        for name, day in (("valid_from", valid_from), ("valid_until", valid_until))
        if day is not None and not FIRST <= day <= LAST
    }
    if not faults and valid_from and valid_until and valid_until < valid_from:
        faults["valid_until"] = _("The last day lies before the first.")
    if faults:
        raise Invalid(" ".join(faults.values()), fields=faults)


def _check(title: str, valid_from: date | None, valid_until: date | None) -> None:
    if not title:
        raise Invalid.at("title", _("Write a title."))
    check_validity_dates(valid_from, valid_until)
