"""A regional office's quick assessment: a few indicators of an agency in its region, its own report."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Cycle, QuickAssessment, QuickLevel
from sipinter.assessment.record.services.validation import clean_short_text
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Conflict, Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.services import record


@transaction.atomic
def start_quick_assessment(
    agency: Agency, cycle: Cycle, codes: Collection[str], *, actor: Actor
) -> QuickAssessment:
    """Choose the indicators, from the instrument of `cycle`. Invalid (field `codes`) for none or unknown."""
    quick = QuickAssessment(
        office=agency.regional_office,
        agency=agency,
        cycle=cycle,
        made_by_id=actor.user_id,
        made_by_name=actor.name,
    )
    require(actor, "quick.start", quick)
    indicators = instrument_of(cycle).indicators
    wanted = [code for code in indicators if code in set(codes)]
    if not wanted or set(codes) - set(indicators):
        raise Invalid.at("codes", _("Choose at least one indicator of the instrument."))
    quick.save(force_insert=True)
    QuickLevel.objects.bulk_create(
        QuickLevel(quick=quick, code=code, position=place) for place, code in enumerate(wanted)
    )
    record(
        "quick.started",
        quick,
        actor=actor,
        agency_id=agency.pk,
        changes={"office": [None, quick.office], "codes": [None, wanted]},
    )
    return quick


def _locked(quick: QuickAssessment, actor: Actor) -> QuickAssessment:
    rows = QuickAssessment.objects.select_for_update(of=("self",)).select_related("cycle", "agency")
    quick = rows.get(pk=quick.pk)
    require(actor, "quick.fill", quick)
    return quick


@transaction.atomic
def save_quick_level(
    quick: QuickAssessment, code: str, *, level: int | None, note: str, version: int, actor: Actor
) -> QuickLevel:
    """The office's own level of one indicator, with what it saw; None: not seen yet.

    Conflict when a colleague saved meanwhile (`version` is the one that the form showed).
    """
    quick = _locked(quick, actor)
    instrument = instrument_of(quick.cycle)
    row = quick.levels.select_for_update().filter(code=code).first()
    if row is None:
        raise Invalid(_("Indicator %(code)s was not chosen for this quick assessment.") % {"code": code})
    if level is not None and not instrument.min_level <= level <= instrument.max_level:
        raise Invalid(
            _("Choose a level from %(low)s to %(high)s.")
            % {"low": instrument.min_level, "high": instrument.max_level},
            fields={"level": _("A level is needed.")},
        )
    note = clean_short_text(note, "note")
    if (row.level, row.note) == (level, note):
        return row
    if row.version != version:
        raise Conflict(
            _("A colleague has saved this indicator meanwhile. Nothing was overwritten."), current=row
        )
    changes = {"level": [row.level, level], "note": [row.note, note]}
    row.level, row.note, row.version = level, note, version + 1
    row.save(update_fields=["level", "note", "version"])
    record("quick.level_saved", row, actor=actor, agency_id=quick.agency_id, changes=changes)
    return row


@transaction.atomic
def finish_quick_assessment(quick: QuickAssessment, *, summary: str, actor: Actor) -> QuickAssessment:
    """Close it: its report stands as it is from now on. NotNow while an indicator has no level."""
    quick = _locked(quick, actor)
    left = list(quick.levels.filter(level__isnull=True).values_list("code", flat=True))
    if left:
        raise NotNow(_("No level yet on: %(codes)s.") % {"codes": ", ".join(left)})
    quick.summary, quick.finished_at = clean_short_text(summary, "summary"), timezone.now()
    quick.save(update_fields=["summary", "finished_at"])
    record("quick.finished", quick, actor=actor, agency_id=quick.agency_id)
    return quick
