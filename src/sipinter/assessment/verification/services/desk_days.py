"""Days of desk verification: many agencies at one place, each in its slot."""

from datetime import date, time

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import AT_THE_SUPERVISOR, CLOSED, Assessment, Cycle, DeskDay, DeskSlot
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.services.validation import clean_short_text, date_range_hint
from sipinter.assessment.record.workflow import lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.services import record
from sipinter.foundation.web.formatters import format_day


@transaction.atomic
def plan_desk_day(
    cycle: Cycle, *, held_on: date, place: str, title: str, notes: str = "", actor: Actor
) -> DeskDay:
    """A day without slots yet. Invalid for a day outside the round or gone by, or without a place."""
    require(actor, "desk_day.manage")
    today = timezone.localdate()
    first, last = max(today, cycle.filling_opens), cycle.plenary_on
    if not first <= held_on <= last:
        raise Invalid(
            _("The day must lie between today and the round's plenary."),
            fields={"held_on": date_range_hint(first, last)},
        )
    place, title = clean_short_text(place, "place"), clean_short_text(title, "title")
    if not place:
        raise Invalid(_("Say where it takes place."), fields={"place": _("A place is needed.")})
    planned = DeskDay.objects.create(
        cycle=cycle,
        held_on=held_on,
        place=place,
        title=title or _("Desk verification"),
        notes=clean_short_text(notes, "notes"),
        created_by_id=actor.user_id,
    )
    record(
        "desk_day.planned",
        planned,
        actor=actor,
        changes={"held_on": [None, held_on], "place": [None, place]},
    )
    return planned


@transaction.atomic
def put_desk_slot(
    planned: DeskDay, assessment: Assessment, *, starts: time, ends: time, table: str = "", actor: Actor
) -> DeskSlot:
    """Give the agency its slot, or move it there; agency and verifier are told.

    Invalid when it would end before it starts, or overlaps another slot at the same table or of the same
    verifier. NotNow for an assessment that is not with the supervisor, or is decided.
    """
    assessment = lock_assessment(assessment)
    require(actor, "desk_day.give_slot", assessment)
    DeskDay.objects.select_for_update().get(pk=planned.pk)  # one slot after the other
    if assessment.cycle_id != planned.cycle_id:
        raise Invalid(
            _("This agency is assessed in another round."), fields={"assessment": _("Another round.")}
        )
    if assessment.state not in AT_THE_SUPERVISOR or assessment.state in CLOSED:
        raise NotNow(_("Only assessments that are being verified get a slot."))
    if starts >= ends:
        raise Invalid(_("The slot ends before it starts."), fields={"ends": _("After the start.")})
    table = clean_short_text(table, "table")
    _refuse_overlap(planned, assessment, starts, ends, table)
    before = planned.slots.filter(assessment=assessment).first()
    slot, _created = DeskSlot.objects.update_or_create(
        day=planned, assessment=assessment, defaults={"starts": starts, "ends": ends, "table": table}
    )
    clock = f"{starts:%H.%M}–{ends:%H.%M}"
    record(
        "desk_day.slot_given",
        slot,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={
            "held_on": [None, planned.held_on],
            "time": [f"{before.starts:%H.%M}–{before.ends:%H.%M}" if before else None, clock],
        },
    )
    about, where = lazy("Desk verification on %(day)s, %(time)s"), f"{planned.place}  {table}".strip()
    values = {"day": format_day(planned.held_on), "time": clock}
    notify_about_assessment(
        people_with_role(Role.KEEPER, Role.PYB, agency_id=assessment.agency_id),
        assessment,
        about,
        where,
        values=values,
    )
    if assessment.verifier is not None:
        notify_about_assessment([assessment.verifier], assessment, about, where, desk=True, values=values)
    return slot


def _refuse_overlap(planned: DeskDay, assessment: Assessment, starts: time, ends: time, table: str) -> None:
    same = Q(table=table) if table else Q(pk=None)
    if assessment.verifier_id is not None:
        same |= Q(assessment__verifier_id=assessment.verifier_id)
    meets = (
        planned.slots.filter(same, starts__lt=ends, ends__gt=starts)
        .exclude(assessment=assessment)
        .select_related("assessment__agency")
        .order_by(F("starts"))
        .first()
    )
    if meets is not None:
        sentence = _("Table or verifier has %(agency)s from %(starts)s to %(ends)s.") % {
            "agency": meets.assessment.agency.name,
            "starts": f"{meets.starts:%H.%M}",
            "ends": f"{meets.ends:%H.%M}",
        }
        raise Invalid.at("starts", sentence)


@transaction.atomic
def remove_desk_slot(slot: DeskSlot, *, actor: Actor) -> None:
    """Take the agency off the day; the agency is told."""
    assessment = lock_assessment(slot.assessment)
    require(actor, "desk_day.give_slot", assessment)
    deleted, _kinds = DeskSlot.objects.filter(pk=slot.pk).delete()
    if not deleted:
        return
    record(
        "desk_day.slot_removed",
        f"deskslot:{slot.pk}",
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"held_on": [slot.day.held_on, None]},
    )
    notify_about_assessment(
        people_with_role(Role.KEEPER, Role.PYB, agency_id=assessment.agency_id),
        assessment,
        lazy("No desk verification on %(day)s"),
        values={"day": format_day(slot.day.held_on)},
    )
