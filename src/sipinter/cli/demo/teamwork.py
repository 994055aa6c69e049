"""What people of the demonstration ask of each other: shared-out indicators, comments, a day at the desk."""

from datetime import date, time, timedelta

from django.contrib.auth import get_user_model

from sipinter.assessment.record.models import Answer, Assessment
from sipinter.assessment.selfassessment.services.assignments import assign_indicators
from sipinter.assessment.selfassessment.services.comments import add_comment
from sipinter.assessment.verification.services.desk_days import plan_desk_day, put_desk_slot
from sipinter.assessment.verification.services.second_readings import save_second_reading
from sipinter.cli.demo.people import AGENCIES
from sipinter.foundation.access.actor import Actor
from sipinter.foundation.accounts.actor import actor_of

COMMENT = "@Bagus, tolong lampirkan juga berita acara rapat tim penilai kinerja bulan lalu."


def assign_demo_indicators(assessment: Assessment, today: date, keeper: Actor) -> None:
    """Tirta Raya: one person and one unit asked for indicators, one of them late, one by tomorrow."""
    people = get_user_model().objects.filter(email__endswith="@" + AGENCIES["tirta"].mail)
    assign_indicators(
        assessment,
        ["3.4", "3.5", "4.1"],
        person=people.get(email__startswith="tim@"),
        due=today + timedelta(days=1),
        note="Mohon dilengkapi sebelum rapat dengan Sekda.",
        actor=keeper,
    )
    assign_indicators(
        assessment,
        ["3.7", "3.8", "3.9", "3.10"],
        unit="Bidang Pengembangan",
        due=today + timedelta(days=6),
        actor=keeper,
    )
    answer = Answer.objects.select_related("assessment").get(assessment=assessment, code="3.4")
    add_comment(answer, COMMENT, actor=keeper)


def record_second_readings(assessment: Assessment) -> None:
    """Whoever was drawn to read again agrees, but for one indicator."""
    for number, reading in enumerate(assessment.second_readings.select_related("assessment", "reader")):
        claimed = assessment.answers.get(code=reading.code).claimed_level
        level = claimed if number or not claimed or claimed < 2 else claimed - 1
        reason = "" if level == claimed else "Evaluasi tahun berjalan belum tampak pada bukti dukung."
        if reading.reader is not None:
            save_second_reading(reading, level, reason=reason, actor=actor_of(reading.reader))


def schedule_desk_day(assessment: Assessment, held_on: date, coordinator: Actor) -> None:
    """A day of desk verification with one agency on it."""
    day = plan_desk_day(
        assessment.cycle,
        held_on=held_on,
        place="Aula Kantor Regional",
        title="Verifikasi bersama wilayah I",
        actor=coordinator,
    )
    put_desk_slot(day, assessment, starts=time(9), ends=time(10, 30), table="Meja 1", actor=coordinator)
