"""A meeting of the plenary that decides many assessments, its minutes, and what decisions ask for."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.models import Assessment, Condition, Meeting, MeetingCase
from sipinter.assessment.record.services.notices import notify_about_assessment
from sipinter.assessment.record.services.validation import clean_short_text, date_range_hint
from sipinter.assessment.record.workflow import lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid, NotNow, Refused
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.services import record

from ..announcements import CLOSED
from .decisions import decide

LINE_MAX = 150
CASES_MAX = 200


@dataclass(frozen=True)
class MeetingDetails:
    """What a meeting's minutes say besides its list."""

    held_on: date
    place: str
    chair: str
    attendees: Sequence[str]
    notes: str = ""


def new_meeting_key() -> str:
    """Drawn when a form is shown: the meeting that it makes is made once."""
    return secrets.token_urlsafe(24)


def hold_meeting(
    assessments: Sequence[Assessment], sitting: MeetingDetails, *, key: str, actor: Actor
) -> Meeting:
    """Decide each of `assessments` on the day of the meeting, each in a transaction of its own.

    What cannot be decided stands on the list with the reason, and holds nothing else up. The same `key`
    again goes on with the same meeting, where an interruption left it; a worker then makes the minutes.
    Invalid for a date in the future, nobody attending, or no assessment.
    """
    meeting = _convene(assessments, sitting, key, actor=actor)
    if meeting.closed_at is None:
        for case in meeting.cases.filter(decision=None, refused="").select_related("assessment__cycle"):
            _decide_case(case, actor=actor)
        _close(meeting, actor=actor)
    return meeting


@transaction.atomic
def _convene(
    assessments: Sequence[Assessment], sitting: MeetingDetails, key: str, *, actor: Actor
) -> Meeting:
    """The meeting with its list, before anything is decided; the one of `key` where it stands already."""
    require(actor, "meeting.hold")
    known = Meeting.objects.select_for_update().filter(key=key).first()
    if known is not None:
        return known
    _check(assessments, sitting)
    meeting = _create_meeting(
        key,
        held_on=sitting.held_on,
        place=clean_short_text(sitting.place, "place"),
        chair=clean_short_text(sitting.chair, "chair"),
        attendees=[name.strip() for name in sitting.attendees if name.strip()],
        notes=clean_short_text(sitting.notes, "notes"),
        held_by_id=actor.user_id,
        held_by_name=actor.name,
    )
    if meeting is None:
        return Meeting.objects.get(key=key)
    MeetingCase.objects.bulk_create(
        MeetingCase(
            meeting=meeting,
            assessment=row,
            claimed_score=row.claimed_score,
            verified_score=row.verified_score,
        )
        for row in assessments
    )
    record(
        "meeting.held",
        meeting,
        actor=actor,
        changes={
            "number": [None, meeting.number],
            "held_on": [None, meeting.held_on],
            "attendees": [None, meeting.attendees],
            "cases": [None, [row.pk for row in assessments]],
        },
    )
    return meeting


def _create_meeting(key: str, *, held_on: date, **columns: Any) -> Meeting | None:
    """The meeting under the next free number; None when the same form has made it at this moment."""
    while True:
        number = _next_number(held_on.year)
        try:
            with transaction.atomic():
                return Meeting.objects.create(key=key, number=number, held_on=held_on, **columns)
        except IntegrityError:
            if Meeting.objects.filter(key=key).exists():
                return None
            if not Meeting.objects.filter(number=number).exists():
                raise


def _check(assessments: Sequence[Assessment], sitting: MeetingDetails) -> None:
    today = timezone.localdate()
    if not assessments or len(assessments) > CASES_MAX:
        raise Invalid(
            _("Choose from 1 to %(max)s assessments.") % {"max": CASES_MAX},
            fields={"assessments": _("Choose at least one.")},
        )
    if sitting.held_on > today:
        raise Invalid(
            _("The meeting cannot lie in the future."),
            fields={"held_on": date_range_hint(min(row.cycle.filling_opens for row in assessments), today)},
        )
    names = [name.strip() for name in sitting.attendees if name.strip()]
    if not names or any(len(name) > LINE_MAX for name in names):
        raise Invalid.at(
            "attendees",
            _("Write who attended, one name a line, at most %(max)s characters.") % {"max": LINE_MAX},
        )


def _next_number(year: int) -> str:
    """The number of the minutes: running number of the year / BA-SM / year."""
    end = f"/BA-SM/{year}"
    taken = set(Meeting.objects.filter(number__endswith=end).values_list("number", flat=True))
    running = next(n for n in range(len(taken) + 1, len(taken) * 2 + 3) if f"{n:03d}{end}" not in taken)
    return f"{running:03d}{end}"


def _decide_case(case: MeetingCase, *, actor: Actor) -> None:
    """Decision and outcome in one transaction; a refusal undoes the decision alone."""
    remark = _("Decided in the plenary meeting of minutes %(number)s.") % {"number": case.meeting.number}
    try:
        with transaction.atomic():
            decision = decide(case.assessment, decided_on=case.meeting.held_on, remark=remark, actor=actor)
            MeetingCase.objects.filter(pk=case.pk).update(decision=decision)
    except Refused as refused:
        # The same form, sent twice at once, may have decided it meanwhile.
        MeetingCase.objects.filter(pk=case.pk, decision=None).update(refused=str(refused))


@transaction.atomic
def _close(meeting: Meeting, *, actor: Actor) -> None:
    meeting.closed_at = timezone.now()
    if not Meeting.objects.filter(pk=meeting.pk, closed_at=None).update(closed_at=meeting.closed_at):
        return
    decided = meeting.cases.exclude(decision=None).count()
    refused = meeting.cases.filter(decision=None).count()
    record(
        "meeting.closed",
        meeting,
        actor=actor,
        changes={"decided": [None, decided], "refused": [None, refused]},
    )
    CLOSED.announce(meeting, actor=actor)


@transaction.atomic
def mark_condition_met(condition: Condition, *, note: str, actor: Actor) -> Condition:
    """Note that the agency has met a condition, once; the agency is told."""
    assessment = lock_assessment(condition.decision.assessment)
    require(actor, "condition.follow", assessment)
    condition = Condition.objects.select_for_update().select_related("decision").get(pk=condition.pk)
    if condition.met_at is not None:
        raise NotNow(_("This condition was noted as met already."))
    condition.met_at, condition.met_by_id = timezone.now(), actor.user_id
    condition.met_note = clean_short_text(note, "note")
    condition.save(update_fields=["met_at", "met_by", "met_note"])
    record(
        "condition.met",
        condition,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"body": [None, condition.body], "note": [None, condition.met_note]},
    )
    notify_about_assessment(
        people_with_role(Role.PPK, Role.PYB, Role.KEEPER, agency_id=assessment.agency_id),
        assessment,
        lazy("A condition of the decision was noted as met"),
        condition.body,
    )
    return condition
