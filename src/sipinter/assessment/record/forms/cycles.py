"""Forms for rounds."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.agencies.models import Agency, AgencyType
from sipinter.foundation.web.formatters import format_day, page_language
from sipinter.rules.instrument import default_catalog

from ..models import Cycle
from .common import DayField


class CycleDatesForm(forms.Form):
    """The dates of a round's stages; the last day counts."""

    filling_opens = DayField(label=_("Filling in from"))
    filling_closes = DayField(label=_("Filling in until"))
    verification_closes = DayField(label=_("Verification until"))
    repair_closes = DayField(label=_("Repairs until"))
    plenary_on = DayField(label=_("Plenary on"))
    objection_closes = DayField(label=_("Objections until"))

    dates = (
        "filling_opens",
        "filling_closes",
        "verification_closes",
        "repair_closes",
        "plenary_on",
        "objection_closes",
    )


class ChangeDatesForm(CycleDatesForm):
    """The dates of an existing round, with the version of it that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def set_beside(self, row: Cycle) -> None:
        """After a conflict: say what stands in `row` by now; sent again, the form replaces it knowingly."""
        self.data = {name: self.data.get(name) for name in self.data} | {"version": str(row.version)}
        for name in self.dates:
            stands = getattr(row, name)
            if self.cleaned_data.get(name) != stands:
                said = _("Somebody else has set %(day)s by now. Send again to replace it.")
                self.add_error(name, said % {"day": format_day(stands)})


class CycleForm(CycleDatesForm):
    """A new round."""

    instrument_id = forms.ChoiceField(label=_("Instrument"))
    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    round = forms.IntegerField(label=_("Round of the year"), min_value=1, max_value=9, initial=1)
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As the agencies will read it, for example “Round 2 of 2027”."),
    )

    second_reading_share = forms.IntegerField(
        label=_("Second readings (per cent)"),
        min_value=0,
        max_value=100,
        initial=10,
        required=False,
        help_text=_("So many of the verified indicators are drawn by lot and read again, blind."),
    )

    def clean_second_reading_share(self) -> int:
        """Left empty: none."""
        return self.cleaned_data["second_reading_share"] or 0

    main = ("instrument_id", "year", "round", "name", "second_reading_share")
    field_order = main  # faults are listed as the page shows the fields

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].initial = timezone.localdate().year
        field = self.fields["instrument_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(i.id, i.title.in_(page_language())) for i in default_catalog().values()]
        for name in ("year", "round", "second_reading_share"):
            self.fields[name].widget.attrs["class"] = "short"


class SecondReadingShareForm(forms.Form):
    """How many of the verified indicators are read a second time."""

    second_reading_share = forms.IntegerField(
        label=_("Second readings (per cent)"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=_("So many of the verified indicators are drawn by lot and read again, blind."),
    )


class OpenCycleForm(forms.Form):
    """The agencies that a round is opened for: kinds, single ones by name or code, or both."""

    types = forms.MultipleChoiceField(
        label=_("Kinds of agencies"),
        choices=AgencyType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    codes = forms.CharField(
        label=_("Single agencies"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Code or full name, one a line."),
    )

    def clean_codes(self) -> list[Agency]:
        """The agencies named, each once."""
        names = [line.strip() for line in self.cleaned_data["codes"].splitlines() if line.strip()]
        if not names:
            return []
        rows = Agency.objects.filter(is_active=True)
        found = {row.code: row for row in rows.filter(code__in=names)}
        found |= {row.name: row for row in rows.filter(name__in=names)}
        unknown = [name for name in names if name not in found]
        if unknown:
            raise forms.ValidationError(
                _("No active agency has this code or name: %(names)s."),
                params={"names": "; ".join(unknown[:5])},
            )
        return list({row.pk: row for row in found.values()}.values())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("types") and not data.get("codes"):
            self.add_error("types", _("Choose at least one kind of agency, or name an agency."))
        return data

    def agencies(self) -> list[Agency]:
        """Everyone the round is opened for."""
        chosen = {
            row.pk: row for row in Agency.objects.filter(is_active=True, type__in=self.cleaned_data["types"])
        }
        return list((chosen | {row.pk: row for row in self.cleaned_data["codes"]}).values())
