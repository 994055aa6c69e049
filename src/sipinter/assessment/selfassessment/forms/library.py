"""What is said about a document of the library, and a newer version of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.forms.common import DayField
from sipinter.foundation.evidence.models import Evidence
from sipinter.foundation.evidence.receiving.media import ACCEPT


class DescribeDocumentForm(forms.Form):
    """Title and validity; `version` is that of the row as it was shown."""

    title = forms.CharField(label=_("Title"), max_length=200)
    valid_from = DayField(label=_("Valid from"), required=False)
    valid_until = DayField(
        label=_("Valid until"), required=False, help_text=_("Last day. Empty: without an end.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    @classmethod
    def of(cls, evidence: Evidence) -> "DescribeDocumentForm":
        """The form as the row stands."""
        names = ("title", "valid_from", "valid_until", "version")
        return cls(initial={name: getattr(evidence, name) for name in names})


class ReplaceRefusedForm(forms.Form):
    """Another file in the place of one that was refused."""

    prefix = "other"

    file = forms.FileField(
        label=_("File in its place"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT, "class": "form-control"}),
        error_messages={"required": _("Choose the file that takes its place.")},
        allow_empty_file=True,
    )


class ReplaceDocumentForm(forms.Form):
    """The newer version: its file, and what it is called and how long it holds."""

    prefix = "new"

    file = forms.FileField(
        label=_("File of the newer version"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT, "class": "form-control"}),
        error_messages={"required": _("Choose the file of the newer version.")},
        allow_empty_file=True,  # the service says what is wrong with it
    )
    title = forms.CharField(label=_("Title"), max_length=200, required=False)
    dated = DayField(label=_("Date of the document"), required=False)
    valid_from = DayField(label=_("Valid from"), required=False)
    valid_until = DayField(
        label=_("Valid until"), required=False, help_text=_("Last day. Empty: without an end.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    @classmethod
    def of(cls, evidence: Evidence) -> "ReplaceDocumentForm":
        """An empty form that begins with the title of the older version."""
        return cls(initial={"title": evidence.title, "version": evidence.version})

    def values(self) -> dict[str, Any]:
        """What the service is given beside the file."""
        return {name: value for name, value in self.cleaned_data.items() if name != "file"}
