"""The form of the employee survey's result."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.forms.common import FigureField
from sipinter.assessment.record.models import Assessment


class SurveyForm(forms.Form):
    """The employee survey's result, from 0 to 1, and where it comes from."""

    value = FigureField(
        label=lazy("Survey result (0 to 1)"), min_value=0, max_value=1, max_digits=5, decimal_places=4
    )
    source = forms.CharField(
        label=lazy("Source"), max_length=200, help_text=lazy("For example the report's number and date.")
    )

    @classmethod
    def of(cls, assessment: Assessment, typed: Mapping[str, Any]) -> "SurveyForm":
        """As recorded, or as typed before a sign-in ran out."""
        stands = {"value": assessment.survey, "source": assessment.survey_source}
        return cls(initial={**stands, **{name: typed[name] for name in stands if name in typed}})
