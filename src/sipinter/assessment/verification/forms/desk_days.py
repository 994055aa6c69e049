"""Forms of days of desk verification."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.forms.common import DayField
from sipinter.assessment.record.models import Assessment, Cycle

from .desk import LINE_MAX, REASON_MAX


class AssessmentField(forms.ModelChoiceField[Assessment]):
    """One of the assessments offered, by its agency."""

    def label_from_instance(self, obj: Assessment) -> str:
        return obj.agency.name


class DeskDayForm(forms.Form):
    """A day of desk verification."""

    cycle = forms.ModelChoiceField(label=_("Round"), queryset=Cycle.objects.none())
    title = forms.CharField(label=_("Title"), max_length=LINE_MAX, required=False)
    held_on = DayField(label=_("Day"))
    place = forms.CharField(label=_("Place"), max_length=LINE_MAX)
    notes = forms.CharField(
        label=_("Notes for the agenda"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["cycle"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Cycle.objects.filter(opened_at__isnull=False)


class DeskSlotForm(forms.Form):
    """An agency's slot on a desk day."""

    assessment = AssessmentField(label=_("Agency"), queryset=Assessment.objects.none())
    starts = forms.TimeField(
        label=_("From"), widget=forms.TimeInput(attrs={"type": "time", "class": "short"})
    )
    ends = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time", "class": "short"}))
    table = forms.CharField(label=_("Desk table"), max_length=60, required=False)

    def __init__(self, *args: Any, assessments: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["assessment"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = assessments
