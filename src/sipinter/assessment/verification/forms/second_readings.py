"""Forms of handing over and of second readings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.accounts.models import User
from sipinter.rules.model import Instrument

from .desk import REASON_MAX


class PersonField(forms.ModelChoiceField[User]):
    """One of the people offered, by name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.name


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
