"""Entering the employee survey's result."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.errors import Invalid, NotNow
from sipinter.foundation.access.permissions import require
from sipinter.foundation.audit.services import record

from ..guards import explain_closed_survey
from ..models import Assessment
from ..scores import refresh_scores
from ..workflow import lock_assessment


@transaction.atomic
def record_survey(assessment: Assessment, value: Decimal, *, source: str, actor: Actor) -> Assessment:
    """Enter the employee survey's result (0 to 1) with its source, before the decision."""
    assessment = lock_assessment(assessment)
    require(actor, "assessment.record_survey", assessment)
    refusal = explain_closed_survey(assessment)
    if refusal:
        raise NotNow(refusal)
    if not 0 <= value <= 1:
        raise Invalid(_("The survey's result lies between 0 and 1."), fields={"value": _("From 0 to 1.")})
    before = assessment.survey
    Assessment.objects.filter(pk=assessment.pk).update(survey=value, survey_source=source.strip())
    assessment.survey = value
    record(
        "assessment.survey_recorded",
        assessment,
        actor=actor,
        agency_id=assessment.agency_id,
        changes={"survey": [before, value], "source": [None, source.strip()]},
    )
    refresh_scores(assessment)
    return assessment
