"""The form of the library of good practice."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.models import Example
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.web.formatters import page_language
from sipinter.rules.model import Instrument

from .services import BODY_MAX


class ExampleForm(forms.Form):
    """One example: for which criterion, accepted or refused, what it is, and from which agency, if any."""

    code = forms.ChoiceField(label=_("Indicator"))
    level = forms.TypedChoiceField(label=_("Level"), coerce=int)
    kind = forms.ChoiceField(label=_("Accepted or refused"), choices=Example.Kind)
    body = forms.CharField(
        label=_("The example"),
        max_length=BODY_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was shown, and why it was enough or not. No names of people."),
    )
    agency = forms.ModelChoiceField(
        label=_("From the agency"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("Named by nobody"),
        help_text=_("Its account keeper or secretary is asked for consent. Left out, no agency is named."),
    )

    def __init__(self, *args: Any, instrument: Instrument, **options: Any) -> None:
        super().__init__(*args, **options)
        code, level, agency = self.fields["code"], self.fields["level"], self.fields["agency"]
        assert isinstance(code, forms.ChoiceField)
        assert isinstance(level, forms.TypedChoiceField)
        assert isinstance(agency, forms.ModelChoiceField)
        code.choices = [(c, f"{c} {i.title.in_(page_language())}") for c, i in instrument.indicators.items()]
        levels = range(instrument.min_level, instrument.max_level + 1)
        level.choices = [(str(number), str(number)) for number in levels]
        agency.queryset = Agency.objects.filter(is_active=True).order_by("name")
