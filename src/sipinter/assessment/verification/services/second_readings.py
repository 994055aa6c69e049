"""The blind second reading: drawing the sample, giving it to a reader, and what the reader finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.instruments import instrument_of
from sipinter.assessment.record.models import PUBLIC, Assessment, SecondReading
from sipinter.assessment.record.scores import applicable_codes
from sipinter.assessment.record.services.desk_reading import readers_of_verdicts
from sipinter.assessment.record.services.validation import clean_short_text, require_reason
from sipinter.assessment.record.workflow import lock_assessment
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.access.roles import Role
from sipinter.foundation.accounts.models import User
from sipinter.foundation.accounts.notify import notify
from sipinter.foundation.accounts.queries import people_with_role
from sipinter.foundation.audit.models import Chain
from sipinter.foundation.audit.persons import seal_user
from sipinter.foundation.audit.services import record, target_of
from sipinter.rules.sampling import draw_sample, sampling_hash

from .reassignment import people_without_conflict


def draw_second_readings(assessment: Assessment, *, actor: Actor) -> list[SecondReading]:
    """Draw the round's share of the verified indicators once, within the caller's transaction.

    The seed is the head of the agency's audit chain at that moment: nobody chooses it, and whoever reads
    the trail can draw the same sample again.
    """
    share = assessment.cycle.second_reading_share
    if not share or assessment.second_readings.exists():
        return []
    applicable = applicable_codes(assessment)
    judged = assessment.answers.filter(verified_level__isnull=False)
    rows = [row for row in judged if row.code in applicable]
    seed = Chain.objects.get(agency_id=assessment.agency_id).head
    sample = set(draw_sample([row.code for row in rows], share, seed))
    chosen = [row for row in rows if row.code in sample]
    if not chosen:
        return []
    readers = second_readers(assessment, *(row.verified_by_id for row in rows))
    reader = _drawn(readers.free, seed)
    made = SecondReading.objects.bulk_create(
        SecondReading(
            assessment=assessment,
            code=row.code,
            first_level=row.verified_level or 0,
            first_reader_id=row.verified_by_id,
            seed=seed,
            reader=reader,
        )
        for row in chosen
    )
    record(
        "second_reading.drawn",
        target_of(assessment, "second_reading"),
        actor=actor,
        agency_id=assessment.agency_id,
        changes={
            "seed": [None, seed],
            "share": [None, share],
            "codes": [None, [row.code for row in chosen]],
            "reader": [None, seal_user(reader.pk, reader.name) if reader else None],
            "left_out": [None, readers.left_out_entries()],
        },
    )
    if reader is not None:
        _tell(reader)
    return made


class WhyLeftOut(StrEnum):
    """Why a verifier does not read an assessment a second time."""

    FIRST_READER = "first reader"
    CONFLICT = "conflict of interest"
    HAS_READ = "has read the verdicts"

    @property
    def label(self) -> str:
        """For the page and the record."""
        return {
            WhyLeftOut.FIRST_READER: _("read it first"),
            WhyLeftOut.CONFLICT: _("has a conflict of interest"),
            WhyLeftOut.HAS_READ: _("has seen the verdicts"),
        }[self]


@dataclass(frozen=True)
class SecondReaders:
    """Every verifier as a second reader of one assessment: who is free, and who is not and why."""

    free: list[User]
    left_out: list[tuple[User, WhyLeftOut]]

    def left_out_entries(self) -> list[list[str]]:
        """[sealed name, reason] of each for the record, which is in the language of the installation."""
        with translation.override(settings.LANGUAGE_CODE):
            return [[seal_user(user.pk, user.name), str(why.label)] for user, why in self.left_out]


def second_readers(assessment: Assessment, *first: int | None) -> SecondReaders:
    """Who may read the assessment blind: none who verified any of it (`first` among them), none with a
    conflict of interest, and none who has had its verdicts on the screen (`desk.read`).
    """
    drawn = assessment.second_readings.values_list("first_reader_id", flat=True)
    before = {assessment.verifier_id, *first, *drawn}
    apart = set(people_without_conflict(assessment, Role.VERIFIER).values_list("pk", flat=True))
    read = readers_of_verdicts(assessment)
    free, left_out = [], []
    for user in people_with_role(Role.VERIFIER):
        if user.pk in before:
            left_out.append((user, WhyLeftOut.FIRST_READER))
        elif user.pk not in apart:
            left_out.append((user, WhyLeftOut.CONFLICT))
        elif user.pk in read:
            left_out.append((user, WhyLeftOut.HAS_READ))
        else:
            free.append(user)
    return SecondReaders(free, left_out)


def _drawn(free: Iterable[User], seed: str) -> User | None:
    """The verifier with the fewest second readings to do, by lot among equals; None when nobody is free."""
    waiting = Count("second_readings_to_do", filter=Q(second_readings_to_do__at__isnull=True))
    to_do = User.objects.filter(pk__in=[user.pk for user in free]).annotate(waiting=waiting)
    return min(to_do, key=lambda user: (user.waiting, sampling_hash(seed, str(user.pk))), default=None)


def _tell(reader: User) -> None:
    """The agency is named on the page, which shows nothing of the first reading."""
    with translation.override(settings.LANGUAGE_CODE):
        path = reverse("verification:second_readings")
        notify([reader], lazy("Second readings wait for you"), path=path)


@transaction.atomic
def assign_second_readings(assessment: Assessment, to: User, *, actor: Actor) -> int:
    """Give what is still to be read to another verifier; returns how many readings.

    NotNow when nothing waits; Invalid (field `to`) for a first reader or somebody with a conflict
    or who has seen the verdicts.
    """
    assessment = lock_assessment(assessment)
    require(actor, "second_reading.assign", assessment)
    waiting = assessment.second_readings.filter(at__isnull=True)
    if assessment.state in PUBLIC or not waiting.exists():
        raise NotNow(_("No second reading of this assessment waits."))
    if to.pk not in {user.pk for user in second_readers(assessment).free}:
        raise Invalid.at(
            "to",
            _(
                "Choose a verifier who is not the first reader, has no conflict of interest and has not seen "
                "the verdicts."
            ),
        )
    count = waiting.update(reader=to)
    record(
        "second_reading.assigned",
        target_of(assessment, "second_reading"),
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"reader": [None, seal_user(to.pk, to.name)]},
    )
    _tell(to)
    return count


@transaction.atomic
def save_second_reading(
    reading: SecondReading, level: int | None, *, reason: str = "", actor: Actor
) -> SecondReading:
    """Record the second reader's level, once and for good. It changes nothing in the assessment.

    A reason is needed where the level differs from the one claimed. NotNow when it was read already or
    the result is public by now.
    """
    assessment = lock_assessment(reading.assessment)
    reading = assessment.second_readings.select_for_update().get(pk=reading.pk)
    reading.assessment = assessment
    require(actor, "second_reading.read", reading)
    if reading.at is not None:
        raise NotNow(_("You have read this indicator already; a second reading is not changed."))
    if assessment.state in PUBLIC:
        raise NotNow(_("The result is public: a second reading would no longer be blind."))
    instrument = instrument_of(assessment.cycle)
    if level is None or not instrument.min_level <= level <= instrument.max_level:
        raise Invalid(
            _("Choose a level from %(low)s to %(high)s.")
            % {"low": instrument.min_level, "high": instrument.max_level},
            fields={"level": _("A level is needed.")},
        )
    claimed = assessment.answers.get(code=reading.code).claimed_level
    reading.reason = clean_short_text(reason, "reason") if level == claimed else require_reason(reason)
    reading.level, reading.at = level, timezone.now()
    reading.save(update_fields=["level", "reason", "at"])
    record(
        "second_reading.done",
        reading,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"code": [None, reading.code], "level": [None, level], "reason": [None, reading.reason]},
    )
    return reading
