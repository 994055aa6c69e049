"""Forms of fair verification: handing over, second readings, desk days, quick assessments."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.forms.common import DayField
from sipinter.assessment.record.models import Assessment, Cycle
from sipinter.foundation.accounts.models import User
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.formatters import page_language
from sipinter.rules.model import Instrument

from .desk import REASON_MAX

LINE_MAX = 150


class PersonField(forms.ModelChoiceField[User]):
    """One of the people offered, by name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.name


class AssessmentField(forms.ModelChoiceField[Assessment]):
    """One of the assessments offered, by its agency."""

    def label_from_instance(self, obj: Assessment) -> str:
        return obj.agency.name


class HandOverForm(forms.Form):
    """To whom a verification goes, and why. `holder` is the verifier that the person saw."""

    to = PersonField(label=_("New verifier"), queryset=User.objects.none())
    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )
    holder = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "hand_over_%s", **options})
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people


class AssignReadingsForm(forms.Form):
    """To whom the second readings of an assessment go."""

    to = PersonField(label=_("Second reader"), queryset=User.objects.none())

    def __init__(self, *args: Any, people: list[User], **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "assign_%s", **options})
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(pk__in=[user.pk for user in people]).order_by("name")


class LevelForm(forms.Form):
    """A level of one's own, with words."""

    level = forms.TypedChoiceField(label=_("Level"), coerce=int, empty_value=None, required=False)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, instrument: Instrument, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["level"]
        assert isinstance(field, forms.TypedChoiceField)
        levels = range(instrument.min_level, instrument.max_level + 1)
        field.choices = [("", "")] + [(str(level), str(level)) for level in levels]


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
