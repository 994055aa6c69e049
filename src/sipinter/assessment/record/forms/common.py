"""What several forms share: days, figures, and a service's refusal put where it belongs."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.errors import Refused

# What reckoning with days, moments and time zones leaves room around on both engines.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"]


class DayField(forms.DateField):
    """A day, from the browser's own calendar or typed as 31/12/2026."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
        super().__init__(input_formats=DAY_FORMATS, widget=widget, **options)
        sentence = _("Choose a day between 1900 and 2199.")
        self.validators += [MinValueValidator(FIRST_DAY, sentence), MaxValueValidator(LAST_DAY, sentence)]


class FigureField(forms.DecimalField):
    """A decimal number with a point or an Indonesian comma."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.strip().replace(",", ".") if isinstance(value, str) else value)


def add_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put what a service refused at its fields; at the head of the form where it has no place."""
    placed = {name: text for name, text in refused.fields.items() if name in form.fields}
    for name, text in placed.items():
        form.add_error(name, str(text))
    if not placed:
        form.add_error(None, str(refused))


def call_service(form: forms.BaseForm, service: Callable[[dict[str, Any]], object]) -> int:
    """Call `service` with what a valid form holds: 0 when it is done, else the status of the answer.

    The form then says what is wrong with it, or what the service refused.
    """
    if not form.is_valid():
        return 422
    try:
        service(form.cleaned_data)
    except Refused as refused:
        add_refusal(form, refused)
        return refused.status
    return 0
