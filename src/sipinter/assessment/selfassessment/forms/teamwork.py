"""Assigning indicators, filtering the board, and the page on which one answers what is asked."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.forms.common import DayField
from sipinter.assessment.record.queries.page_frame import AssessmentFrame

BOARD_STATES = (
    ("", _("All")),
    ("open", _("Not done yet")),
    ("late", _("Late")),
    ("done", _("Finished")),
)


class AssignIndicatorsForm(forms.Form):
    """Which indicators are asked of whom until when. Aspects stand for all their applicable indicators."""

    aspects = forms.MultipleChoiceField(required=False)
    codes = forms.MultipleChoiceField(required=False)
    to = forms.ChoiceField(
        label=_("Person or unit"),
        help_text=_("A unit: everybody of it in the team sees and answers it, now and later."),
        error_messages={"required": _("Choose a person or a unit.")},
    )
    due = DayField(label=_("Due on"), error_messages={"required": _("Choose a day.")})
    note = forms.CharField(
        label=_("What is asked"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example which document, of which year, and what it must show."),
    )

    def __init__(self, *args: Any, frame: AssessmentFrame, to: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frame = frame
        fields: dict[str, Any] = self.fields
        fields["aspects"].choices = [(group.aspect.code, "") for group in frame.groups]
        fields["codes"].choices = [(code, "") for code in frame.answers]
        fields["to"].choices = [("", _("Choose")), *to]

    @property
    def chosen(self) -> list[str]:
        """All codes that were ticked, by themselves or with their aspect."""
        whole = set(self.cleaned_data["aspects"])
        of_aspects = [
            item.indicator.code
            for group in self.frame.groups
            if group.aspect.code in whole
            for item in group.items
            if item.indicator.code in self.frame.applicable
        ]
        return [*dict.fromkeys([*of_aspects, *self.cleaned_data["codes"]])]

    @property
    def addressee(self) -> tuple[int | None, str]:
        """(id of the person, "") or (None, unit)."""
        kind, _colon, value = self.cleaned_data["to"].partition(":")
        return (int(value), "") if kind == "person" else (None, value)


def indicator_fields(data: QueryDict, code: str) -> QueryDict:
    """The fields of one indicator on the page of all that is asked: "note-3.4" as "note"."""
    found, end = QueryDict(mutable=True), f"-{code}"
    for name, values in data.lists():
        if name.endswith(end):
            found.setlist(name.removesuffix(end), values)
    return found
