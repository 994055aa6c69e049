"""A round of an earlier year that has ended, and the one that follows it."""

from datetime import timedelta

from django.utils import timezone

from sipinter.assessment.record.models import Answer, Assessment, Cycle
from sipinter.assessment.selfassessment.services.submission import start_assessment
from tests.assessment.round import OLD, Round, make_cycle


def end(round_: Round) -> None:
    """Let the last day for filling in pass."""
    yesterday = timezone.localdate() - timedelta(days=1)
    Cycle.objects.filter(pk=round_.cycle.pk).update(filling_closes=yesterday)


def following(round_: Round, instrument_id: str = OLD) -> Assessment:
    """Next year's assessment of the same agency, being filled in."""
    cycle = make_cycle(
        round_.who("administrator"), round_.agency, instrument_id=instrument_id, year=round_.cycle.year + 1
    )
    assessment = Assessment.objects.select_related("cycle", "agency").get(cycle=cycle, agency=round_.agency)
    return start_assessment(assessment, actor=round_.who("keeper"))


def answer_of(assessment: Assessment, code: str) -> Answer:
    """The answer as the database has it."""
    return Answer.objects.select_related("assessment__cycle", "assessment__agency").get(
        assessment=assessment, code=code
    )
