"""Forms of the verification desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sipinter.assessment.record.forms.common import DayField
from sipinter.assessment.record.models import AT_THE_SUPERVISOR, Verdict
from sipinter.foundation.agencies.models import AgencyType
from sipinter.foundation.agencies.queries import province_names

from ..queries.queue import QueueFilter, cycle_choices, office_choices, verifier_choices

REASON_MAX = 5_000
LINE_MAX = 150


def _number(value: Any) -> int | None:
    return int(value) if value else None


class QueueForm(forms.Form):
    """What the queue is narrowed to. A value nobody offered narrows nothing."""

    q = forms.CharField(label=_("Agency"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    province = forms.ChoiceField(label=_("Region"), required=False)
    cycle = forms.ChoiceField(label=_("Round"), required=False)
    verifier = forms.ChoiceField(label=_("Verifier"), required=False)
    office = forms.ChoiceField(label=_("Regional office"), required=False)
    turn = forms.ChoiceField(label=_("Whose turn"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        everything = ("", _("All"))
        self._offer("state", ("", _("In work")), [(s.value, s.label) for s in AT_THE_SUPERVISOR])
        self._offer("type", everything, list(AgencyType.choices))
        self._offer("province", everything, [(name, name) for name in province_names()])
        self._offer("cycle", everything, cycle_choices())
        self._offer("verifier", everything, verifier_choices())
        self._offer("office", everything, [(name, name) for name in office_choices()])
        self._offer("turn", everything, [("mine", _("Mine")), ("free", _("Free")), ("late", _("Late"))])
        orders = [("due", _("By date")), ("region", _("By region")), ("load", _("By what is left"))]
        self._offer("sort", ("", _("Order of work")), orders)

    def _offer(self, name: str, first: tuple[str, Any], choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [first, *choices]

    def wanted(self) -> QueueFilter:
        """The filters that hold."""
        self.is_valid()
        data = self.cleaned_data
        return QueueFilter(
            q=data.get("q", "").strip(),
            state=data.get("state", ""),
            type=data.get("type", ""),
            province=data.get("province", ""),
            cycle=_number(data.get("cycle")),
            verifier=_number(data.get("verifier")),
            office=data.get("office", ""),
            turn=data.get("turn", ""),
            sort=data.get("sort", ""),
        )


class VerdictForm(forms.Form):
    """A verdict on one indicator. What a verdict needs is the service's to say."""

    verdict = forms.ChoiceField(
        choices=[(v.value, v.label) for v in (Verdict.ACCEPT, Verdict.CHANGE, Verdict.ASK)]
    )
    level = forms.TypedChoiceField(
        label=_("Level in your judgement"), coerce=int, empty_value=None, required=False
    )
    reason = forms.CharField(
        label=_("Reason or question"), required=False, max_length=REASON_MAX, widget=forms.Textarea
    )
    kept = forms.CharField(label=_("Frequent reasons"), required=False, max_length=REASON_MAX)
    due = DayField(label=_("Answer by"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, levels: range, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["level"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "")] + [(str(level), str(level)) for level in levels]

    def clean(self) -> dict[str, Any]:
        """A reason chosen from the list counts where none was typed."""
        data = super().clean() or {}
        data["reason"] = data.get("reason") or data.get("kept", "")
        return data


class MessageForm(forms.Form):
    """One contribution to an indicator's thread."""

    body = forms.CharField(
        label=_("Message"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )


class RepairDueForm(forms.Form):
    """Until when the agency may repair."""

    due = DayField(label=_("Repair until"))


class ReturnReasonForm(forms.Form):
    """Why something goes back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 4})
    )


class RecommendationForm(forms.Form):
    """The text of one recommendation as the verifier saw it."""

    body = forms.CharField(
        label=_("Recommendation"),
        required=False,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


STEP_FORMS: dict[str, type[forms.Form]] = {
    "return_for_clarification": RepairDueForm,
    "return_to_verifier": ReturnReasonForm,
    "return_from_plenary": ReturnReasonForm,
    "reject_objection": ReturnReasonForm,
}
