"""Rounds: making one, opening it for its agencies, moving its dates."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.services import record
from sipinter.rules.instrument import default_catalog

from ..instruments import pin_instrument
from ..models import Assessment, Cycle

DATES = (
    "filling_opens",
    "filling_closes",
    "verification_closes",
    "repair_closes",
    "plenary_on",
    "objection_closes",
)


def _validated(cycle: Cycle) -> Cycle:
    try:
        cycle.full_clean(exclude=["pinned"])
    except ValidationError as error:
        sentences = {field: " ".join(texts) for field, texts in error.message_dict.items()}
        raise Invalid(" ".join(sentences.values()), fields=sentences) from error
    return cycle


@transaction.atomic
def create_cycle(
    *,
    year: int,
    round: int,
    name: str,
    instrument_id: str,
    second_reading_share: int = 0,
    actor: Actor,
    **dates: date,
) -> Cycle:
    """A round not yet open. `dates` are the six of `DATES`, inclusive. Invalid names the faulty field.

    `second_reading_share` per cent of the verified indicators are read blind a second time.
    """
    require(actor, "cycle.manage")
    if instrument_id not in default_catalog():
        raise Invalid(_("There is no such instrument."), fields={"instrument_id": _("Unknown instrument.")})
    cycle = _validated(
        Cycle(
            year=year,
            round=round,
            name=name,
            instrument_id=instrument_id,
            second_reading_share=second_reading_share,
            **dates,
        )
    )
    try:
        with transaction.atomic():
            cycle.save()
    except IntegrityError:  # made by somebody else since it was looked at
        sentence = _("This round of the year exists already for this instrument.")
        raise Invalid.at("round", sentence) from None
    record("cycle.created", cycle, actor=actor, changes={"instrument": [None, instrument_id]})
    return cycle


@transaction.atomic
def set_second_reading_share(cycle: Cycle, share: int, *, actor: Actor) -> Cycle:
    """Change how many per cent of the indicators are read a second time; samples drawn already stand."""
    require(actor, "cycle.manage", cycle)
    _lock(cycle)
    before, cycle.second_reading_share = cycle.second_reading_share, share
    if before != share:
        _validated(cycle).save(update_fields=["second_reading_share"])
        record("cycle.share_changed", cycle, actor=actor, changes={"second_reading_share": [before, share]})
    return cycle


def _lock(cycle: Cycle) -> None:
    """Bring `cycle` to how its row stands now, locked until the transaction ends."""
    cycle.refresh_from_db(from_queryset=Cycle.objects.select_for_update())


@transaction.atomic
def open_cycle(cycle: Cycle, agencies: Iterable[Agency], *, actor: Actor) -> int:
    """Pin the instrument and give each of `agencies` its assessment; returns how many were added.

    May be called again to add agencies; those that have one already keep it.
    """
    require(actor, "cycle.manage", cycle)
    _lock(cycle)
    if cycle.pinned_id is None:
        cycle.pinned = pin_instrument(cycle.instrument_id)
        cycle.opened_at = timezone.now()
        cycle.save(update_fields=["pinned", "opened_at"])
    have = set(cycle.assessments.values_list("agency_id", flat=True))
    new = [Assessment(cycle=cycle, agency=agency) for agency in agencies if agency.pk not in have]
    Assessment.objects.bulk_create(new)
    record("cycle.opened", cycle, actor=actor, changes={"agencies": [len(have), len(have) + len(new)]})
    return len(new)


@transaction.atomic
def change_dates(cycle: Cycle, *, version: int, actor: Actor, **dates: date) -> Cycle:
    """Move stage dates of a round; Invalid when they no longer follow one another.

    `version` is the one the person saw: Conflict (with the round as it stands) when somebody else moved
    other dates meanwhile. Moving them to where they are changes nothing.
    """
    require(actor, "cycle.manage", cycle)
    _lock(cycle)
    unknown = set(dates) - set(DATES)
    if unknown:
        raise NotNow(_("Only the stages' dates can be changed."))
    changes: dict[str, list[Any]] = {
        name: [getattr(cycle, name), value] for name, value in dates.items() if getattr(cycle, name) != value
    }
    if not changes:
        return cycle
    if cycle.version != version:
        raise Conflict(_("Somebody else moved the dates meanwhile. Nothing was overwritten."), current=cycle)
    for name, (_before, value) in changes.items():
        setattr(cycle, name, value)
    cycle.version += 1
    _validated(cycle).save(update_fields=[*changes, "version"])
    record("cycle.dates_changed", cycle, actor=actor, changes=changes)
    return cycle
