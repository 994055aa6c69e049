"""Forms of objections and their panels."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.models import Objection

from ..services.objections import panel_candidates


class PanelForm(forms.Form):
    """Who hears an objection."""

    members = forms.MultipleChoiceField(
        label=_("Members of the panel"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Name at least one member of the panel.")},
    )

    def __init__(self, *args: Any, objection: Objection, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": "panel_%s", **options})
        self.people = {str(user.pk): user for user in panel_candidates(objection)}
        field = self.fields["members"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(pk, user.name) for pk, user in self.people.items()]
        self.initial.setdefault("members", [str(member.user_id) for member in objection.members.all()])


class ObjectionFileForm(forms.Form):
    """One document."""

    file = forms.FileField(label=_("Document"))
