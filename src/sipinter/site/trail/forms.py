"""The search of the audit trail."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.forms.common import DayField

from .labels import ACTIONS, REFUSALS
from .queries import TrailSearch


class TrailSearchForm(forms.Form):
    """What the trail is narrowed to."""

    agency = forms.CharField(label=_("Agency (name or code)"), required=False, max_length=100)
    person = forms.CharField(label=_("Name of the person"), required=False, max_length=100)
    action = forms.ChoiceField(label=_("What happened"), required=False)
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Up to"), required=False)
    target = forms.CharField(label=_("About (for example answer:17)"), required=False, max_length=120)
    text = forms.CharField(label=_("Text in the changes"), required=False, max_length=100)

    def __init__(self, *args: Any, actions: Collection[str] = ACTIONS, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["action"]
        assert isinstance(field, forms.ChoiceField)
        labels = sorted((str(ACTIONS[action]), action) for action in actions)
        field.choices = [("", _("All")), *((action, text) for text, action in labels)]

    def wanted(self) -> TrailSearch:
        """What is searched for; a field that does not hold narrows nothing and says so."""
        self.is_valid()
        return TrailSearch(**{name: value for name, value in self.cleaned_data.items() if value})


class RefusalSearchForm(TrailSearchForm):
    """The same of refused attempts, which hold no changes."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, actions=REFUSALS, **options)
        del self.fields["text"]
