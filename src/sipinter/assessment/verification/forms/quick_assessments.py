"""Forms of a regional office's quick assessments."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.models import Cycle
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.formatters import page_language
from sipinter.rules.model import Instrument

from .desk import REASON_MAX
from .second_readings import LevelForm


class QuickAssessmentForm(forms.Form):
    """An agency of the region, and the round whose instrument is used."""

    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none())
    cycle = forms.ModelChoiceField(label=_("By the instrument of"), queryset=Cycle.objects.none())

    def __init__(self, *args: Any, offices: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        agency, cycle = self.fields["agency"], self.fields["cycle"]
        assert isinstance(agency, forms.ModelChoiceField)
        assert isinstance(cycle, forms.ModelChoiceField)
        agency.queryset = Agency.objects.filter(is_active=True, regional_office__in=offices)
        cycle.queryset = Cycle.objects.filter(opened_at__isnull=False)


class QuickIndicatorsForm(forms.Form):
    """The indicators of a quick assessment."""

    codes = forms.MultipleChoiceField(
        label=_("Indicators"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one indicator of the instrument.")},
    )

    def __init__(self, *args: Any, instrument: Instrument, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["codes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (i.code, f"{i.code} {i.title.in_(page_language())}") for i in instrument.indicators.values()
        ]


class QuickLevelForm(LevelForm):
    """The office's level of one indicator, on the version that it saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class QuickSummaryForm(forms.Form):
    """What the report says in the end."""

    summary = forms.CharField(
        label=_("Summary"), required=False, max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )
