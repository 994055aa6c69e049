"""Forms of the plenary: the decision, its changes to single indicators, the survey's result."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from sipinter.assessment.record.forms.common import DayField
from sipinter.assessment.verification.queries.desk import DeskLine, DeskStanding

from ..services.decisions import ConditionDraft, LevelChange

REASON_MAX = 2_000


class LevelChangesForm(forms.Form):
    """Optional levels of the plenary's own, each with its reason: two fields an indicator.

    `lines` are the indicators that apply, `base` their levels as they stand.
    """

    def __init__(
        self, *args: Any, lines: list[DeskLine], base: Mapping[str, int | None], levels: range, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.lines = [line for line in lines if line.standing is not DeskStanding.AWAY]
        self.base = base
        choices = [("", lazy("No change"))] + [(str(level), str(level)) for level in levels]
        for line in self.lines:
            self.fields[f"level-{line.code}"] = forms.TypedChoiceField(
                label=lazy("New level"), choices=choices, coerce=int, empty_value=None, required=False
            )
            self.fields[f"reason-{line.code}"] = forms.CharField(
                label=lazy("Reason"),
                required=False,
                max_length=REASON_MAX,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def pair(self, code: str) -> tuple[forms.BoundField, forms.BoundField]:
        """The two fields of one indicator."""
        return self[f"level-{code}"], self[f"reason-{code}"]

    def is_touched(self, code: str) -> bool:
        """Whether anything was typed for this indicator."""
        return any(field.value() for field in self.pair(code))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for line in self.lines:
            level, reason = data.get(f"level-{line.code}"), data.get(f"reason-{line.code}", "")
            at = {"code": line.code}
            if level is None and reason:
                self.add_error(f"level-{line.code}", _("Indicator %(code)s: choose the new level.") % at)
            if level is not None and not reason.strip():
                self.add_error(f"reason-{line.code}", _("Indicator %(code)s: give the reason.") % at)
            if level is not None and level == (self.base.get(line.code) or 0):
                same = _("Indicator %(code)s stands at this level already.") % at
                self.add_error(f"level-{line.code}", same)
        return data

    def changes(self) -> dict[str, LevelChange]:
        """indicator -> the plenary's level and reason, for those changed."""
        given = self.cleaned_data
        return {
            line.code: LevelChange(given[f"level-{line.code}"], given[f"reason-{line.code}"].strip())
            for line in self.lines
            if given.get(f"level-{line.code}") is not None
        }


CONDITIONS = 3


class DecisionForm(LevelChangesForm):
    """The decision itself: its day, its number, a remark, and up to three conditions."""

    decided_on = DayField(label=lazy("Date of the decision"), initial=timezone.localdate)
    number = forms.CharField(
        label=lazy("Number"), required=False, max_length=60, help_text=lazy("Left empty: the number shown.")
    )
    remark = forms.CharField(
        label=lazy("Remark"), required=False, max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )

    main = ("decided_on", "number", "remark")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for n in range(1, CONDITIONS + 1):
            self.fields[f"condition-{n}"] = forms.CharField(
                label=lazy("Condition"),
                required=False,
                max_length=REASON_MAX,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"condition_due-{n}"] = DayField(label=lazy("To be met by"), required=False)

    @property
    def condition_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each condition."""
        return [(self[f"condition-{n}"], self[f"condition_due-{n}"]) for n in range(1, CONDITIONS + 1)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for n in range(1, CONDITIONS + 1):
            body, due = data.get(f"condition-{n}"), data.get(f"condition_due-{n}")
            if body and not due and f"condition_due-{n}" not in self.errors:
                self.add_error(f"condition_due-{n}", _("Say by which day the condition is to be met."))
            if due and not body:
                self.add_error(f"condition-{n}", _("Say what the condition asks for."))
        return data

    def conditions(self) -> list[ConditionDraft]:
        """The conditions given."""
        given = self.cleaned_data
        return [
            ConditionDraft(given[f"condition-{n}"], given[f"condition_due-{n}"])
            for n in range(1, CONDITIONS + 1)
            if given.get(f"condition-{n}")
        ]


class CorrectionForm(LevelChangesForm):
    """A decision that takes the place of a published one."""

    decided_on = DayField(label=lazy("Date of the decision"), initial=timezone.localdate)
    number = forms.CharField(
        label=lazy("Number"), required=False, max_length=60, help_text=lazy("Left empty: the number shown.")
    )
    reason = forms.CharField(
        label=lazy("Reason for the correction"),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    main = ("decided_on", "number", "reason")
