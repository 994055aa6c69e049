"""Asking people and units of the agency for indicators, and taking that back."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import Assessment, Assignment
from sipinter.assessment.record.services.validation import clean_short_text, date_range_hint
from sipinter.assessment.record.workflow import answers_deadline, lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import ANSWERING_ROLES, Role
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.notify import fill_lazily, notify
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.services import record, target_of
from sipinter.foundation.web.formatters import format_day, page_language
from sipinter.rules.model import Instrument


@transaction.atomic
def assign_indicators(
    assessment: Assessment,
    codes: Collection[str],
    *,
    person: User | None = None,
    unit: str = "",
    due: date,
    note: str = "",
    actor: Actor,
) -> list[Assignment]:
    """Ask `person`, or everybody of `unit`, for the indicators; they are told. In the instrument's order.

    Whoever has one of them already gets the new day and note. Denied for all but the account keeper;
    Invalid (with fields codes, to, due, note) for what does not hold.
    """
    assessment = lock_assessment(assessment)
    require(actor, "assessment.assign", assessment)
    wanted = _known_codes(assessment, codes)
    people = _require_recipients(assessment, person, unit)
    _check_due(assessment, due)
    note = clean_short_text(note, "note")
    rows = [_assign(assessment, code, person, unit, actor, {"due": due, "note": note}) for code in wanted]
    changes = {
        "codes": [None, wanted],
        "to": [None, seal_user(person.pk, person.name) if person else unit],
        "due": [None, due],
        "note": [None, note],
    }
    record(
        "assignment.made",
        target_of(assessment, "assignments"),
        actor=actor,
        agency_id=assessment.agency_id,
        changes=changes,
    )
    notify(
        [one for one in people if one.pk != actor.user_id],
        fill_lazily(
            gettext_lazy("Assigned to you, due on %(day)s: %(codes)s"),
            {"day": lazy(format_day, str)(due), "codes": ", ".join(wanted)},
        ),
        assignment_text(instrument_of(assessment.cycle), wanted, note),
        assigned_tasks_path(assessment),
        about=str(assessment),
    )
    return rows


def _assign(
    assessment: Assessment, code: str, person: User | None, unit: str, actor: Actor, terms: Mapping[str, Any]
) -> Assignment:
    values = {**terms, "asked_by_id": actor.user_id, "asked_at": timezone.now()}
    row, _made = Assignment.objects.update_or_create(
        assessment=assessment, code=code, person=person, unit=unit, withdrawn_at=None, defaults=values
    )
    return row


def _known_codes(assessment: Assessment, codes: Collection[str]) -> list[str]:
    known = list(assessment.answers.values_list("code", flat=True))
    unknown = sorted(set(codes) - set(known))
    if unknown:
        raise Invalid.at(
            "codes", _("There is no indicator %(code)s in this instrument.") % {"code": unknown[0][:20]}
        )
    if not codes:
        raise Invalid.at("codes", _("Choose at least one indicator."))
    return [code for code in known if code in codes]


def _require_recipients(assessment: Assessment, person: User | None, unit: str) -> list[User]:
    """Whom it is asked of now; Invalid when that is nobody who could answer."""
    if (person is None) == (not unit):
        raise Invalid.at("to", _("Choose a person or a unit."))
    people = assignment_recipients(assessment, person, unit)
    if not people:
        raise Invalid.at(
            "to",
            (
                _("This person does not fill in for your agency.")
                if person
                else _("Nobody of this unit is in the team. Invite somebody first.")
            ),
        )
    return people


def assignment_recipients(assessment: Assessment, person: User | None, unit: str) -> list[User]:
    """The active people that an assignment reaches now (one query)."""
    if person is not None:
        found = people_with_role(*ANSWERING_ROLES, agency_id=assessment.agency_id)
        return list(found.filter(pk=person.pk))
    return list(people_with_role(Role.TEAM, agency_id=assessment.agency_id, unit=unit))


def _check_due(assessment: Assessment, due: date) -> None:
    today = assessment.agency.today()
    end = answers_deadline(assessment)
    # `end` is the midnight after the last day.
    last = (end.astimezone(assessment.agency.zone) - timedelta(microseconds=1)).date() if end else date.max
    if not today <= due <= last:
        raise Invalid(
            _("The day must lie between today and the last day of this stage."),
            fields={"due": date_range_hint(today, last)},
        )


@transaction.atomic
def withdraw_assignment(assignment: Assignment, *, actor: Actor) -> Assignment:
    """Take an assignment back; what was answered stays. Doing it twice changes nothing."""
    assessment = lock_assessment(assignment.assessment)
    require(actor, "assessment.assign", assessment)
    now = timezone.now()
    if not Assignment.objects.filter(pk=assignment.pk, withdrawn_at=None).update(withdrawn_at=now):
        return assignment
    assignment.withdrawn_at = now
    person = assignment.person
    name = seal_user(person.pk, person.name) if person else assignment.unit
    record(
        "assignment.withdrawn",
        target_of(assessment, "assignments"),
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"codes": [[assignment.code], None], "to": [name, None]},
    )
    return assignment


def assigned_tasks_path(assessment: Assessment) -> str:
    """Path of the page from which one answers what is asked."""
    return reverse("selfassessment:tasks", args=[assessment.pk])


def _assignment_text(instrument: Instrument, codes: Iterable[str], note: str) -> str:
    lines = [f"{code} {instrument.indicators[code].title.in_(page_language())}" for code in codes]
    return "\n".join([*([note, ""] if note else []), *lines])


# The note and the indicators by their titles, in the reader's language.
assignment_text = lazy(_assignment_text, str)
