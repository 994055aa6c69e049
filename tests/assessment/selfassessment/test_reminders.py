"""Reminders of what is assigned: when, to whom, once each, on the agency's clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from sipinter.assessment.record.models import Assignment, Reminder
from sipinter.assessment.selfassessment.reminders import send_due_reminders
from sipinter.assessment.selfassessment.services.answers import upload_evidence
from sipinter.assessment.selfassessment.services.assignments import withdraw_assignment
from sipinter.assessment.selfassessment.services.submission import request_review
from sipinter.assessment.selfassessment.tasks import send_reminders
from sipinter.foundation.accounts.models import Notification
from sipinter.foundation.audit.models import Event
from sipinter.foundation.work.periodic import TABLE
from sipinter.foundation.work.worker import drain_queue
from tests.factories import actor

from ..round import pdf
from ..teamwork import Shared

pytestmark = pytest.mark.django_db
JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.fixture
def shared() -> Shared:
    """3.4 and 4.1 were asked of Wulan long ago, until ten days from now."""
    shared = Shared()
    shared.ask("3.4", "4.1", days=10)
    Assignment.objects.update(asked_at=timezone.now() - timedelta(days=30))
    Notification.objects.all().delete()
    return shared


def at(shared: Shared, days: int, hour: int = 9, zone: ZoneInfo = JAKARTA) -> datetime:
    """So many days after today."""
    day = shared.day(days)
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone)


def subjects(shared: Shared) -> list[str]:
    rows = Notification.objects.filter(user=shared.wulan).order_by("id")
    return [row.subject.partition(":")[0] for row in rows]


def test_before_and_after_the_day_each_once(shared: Shared) -> None:
    sent = [send_due_reminders(at(shared, day)) for day in range(22) for _twice in (1, 2)]
    assert [day for day in range(22) if sent[2 * day]] == [3, 8, 11, 12, 13, 14, 15, 16, 17]
    assert not any(sent[1::2])
    told = subjects(shared)
    assert len(told) == 9
    assert told[0].startswith("Tenggat")
    assert told[-1].startswith("Lewat tenggat")
    assert Reminder.objects.count() == 18
    assert Event.objects.filter(action="assignment.reminded").count() == 9


def test_one_message_names_all_and_goes_out_by_mail_too(shared: Shared) -> None:
    mail.outbox.clear()
    send_due_reminders(at(shared, 3))
    drain_queue()
    (letter,) = [m for m in mail.outbox if "Tenggat" in m.subject]
    assert "3.4, 4.1" in letter.subject
    assert letter.to == [shared.wulan.email]
    assert f"/penilaian/{shared.assessment.pk}/tugas-saya/" in letter.body


def test_a_day_on_which_no_worker_ran_is_made_up_for(shared: Shared) -> None:
    assert send_due_reminders(at(shared, 5)) == 1
    assert send_due_reminders(at(shared, 9)) == 1
    assert set(Reminder.objects.values_list("days", flat=True)) == {7, 2}


def test_what_is_done_is_not_reminded_of(shared: Shared) -> None:
    for code in ("3.4", "4.1"):
        shared.claim(code, 2)
    upload_evidence(shared.assessment, "3.4", pdf(), actor=actor(shared.wulan))
    send_due_reminders(at(shared, 3))
    assert [row.assignment.code for row in Reminder.objects.all()] == ["4.1"]  # its evidence is missing
    upload_evidence(shared.assessment, "4.1", pdf(), actor=actor(shared.wulan))
    assert send_due_reminders(at(shared, 8)) == 0


def test_sent_in_or_taken_back_it_stops(shared: Shared) -> None:
    withdraw_assignment(Assignment.objects.get(code="4.1"), actor=shared.who("keeper"))
    send_due_reminders(at(shared, 3))
    assert Reminder.objects.count() == 1
    request_review(shared.assessment, actor=shared.who("keeper"))
    assert send_due_reminders(at(shared, 11)) == 0


def test_whoever_was_asked_just_now_is_not_reminded_at_once(shared: Shared) -> None:
    shared.ask("5.1", days=1)
    send_due_reminders(timezone.now().astimezone(JAKARTA).replace(hour=9))
    assert not Reminder.objects.exists()


def test_on_the_agencys_clock_from_the_hour_in_the_settings(shared: Shared, settings) -> None:
    shared.agency.time_zone = "Asia/Jayapura"
    shared.agency.save()
    jayapura = ZoneInfo("Asia/Jayapura")
    assert send_due_reminders(at(shared, 3, 6, jayapura)) == 0
    assert send_due_reminders(at(shared, 3, 7, jayapura)) == 1  # 5 o'clock in Jakarta
    settings.MAIL_HOUR = 20
    assert send_due_reminders(at(shared, 8, 19, jayapura)) == 0


def test_another_day_is_reminded_of_anew(shared: Shared) -> None:
    send_due_reminders(at(shared, 8))
    Assignment.objects.update(due=shared.day(12))
    assert send_due_reminders(at(shared, 10)) == 1


def test_everybody_of_a_unit_is_reminded(shared: Shared) -> None:
    shared.ask("5.1", days=10, unit="Inspektorat")
    Assignment.objects.update(asked_at=timezone.now() - timedelta(days=30))
    second = shared.member("Citra Lestari", "Inspektorat")
    assert send_due_reminders(at(shared, 3)) == 3
    assert Notification.objects.filter(user__in=[shared.bayu, second], subject__contains="5.1").count() >= 2


def test_it_is_a_periodic_task() -> None:
    assert send_reminders.module_path in TABLE
    assert send_reminders.call() == 0
