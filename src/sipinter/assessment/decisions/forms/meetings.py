"""Forms of the plenary's meeting, and of the conditions of its decisions."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.forms.common import DayField
from sipinter.assessment.record.models import Assessment
from sipinter.assessment.verification.forms.desk import LINE_MAX, REASON_MAX


class MeetingForm(forms.Form):
    """A meeting and the assessments that it decides; `key` makes it once however often it is sent."""

    assessments = forms.ModelMultipleChoiceField(
        label=_("Assessments to decide"),
        queryset=Assessment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    held_on = DayField(label=_("Date of the meeting"), initial=timezone.localdate)
    place = forms.CharField(label=_("Place"), max_length=LINE_MAX)
    chair = forms.CharField(label=_("Chair"), max_length=LINE_MAX)
    attendees = forms.CharField(
        label=_("Attended by"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=REASON_MAX,
        help_text=_("One name a line, as it is to stand in the minutes."),
    )
    notes = forms.CharField(
        label=_("Course of the meeting"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, assessments: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["assessments"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = assessments


class ConditionMetForm(forms.Form):
    """How a condition was met."""

    note = forms.CharField(label=_("How it was met"), required=False, max_length=REASON_MAX)
