"""The forms of the pages. They only parse: what must hold is checked by the services."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sipinter.foundation.access.actor import ASKED_ONLY
from sipinter.foundation.access.errors import Refused

from .models import MailFrequency
from .scope import aspect_choices, split_codes
from .services.factors import IdentityProof
from .validators import LONGEST

NAME_MISSING = {"required": _("Fill in the name.")}
NEW_PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})


class _ScopeFields(forms.Form):
    """Aspects as boxes, single indicators as text; `scope` is both together, or `ASKED_ONLY`."""

    asked_only = forms.BooleanField(
        label=_("Only what is assigned to them"),
        help_text=_(
            "For a unit's contact person: they see the indicators that the account keeper assigns to them or "
            "their unit, and nothing else of the assessment. Choices below then have no effect."
        ),
        required=False,
    )
    aspects = forms.MultipleChoiceField(
        label=_("Aspects"),
        help_text=_("Choose none, and no indicators either, when the person fills in everything."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    indicators = forms.CharField(
        label=_("Single indicators"),
        help_text=_("Codes with a comma between them, for example 3.4, 4.1a."),
        max_length=400,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(aspect.code, f"{aspect.code} · {aspect.title}") for aspect in aspect_choices()]
        self.fields["aspects"].choices = choices  # type: ignore[attr-defined]

    @property
    def scope(self) -> list[str]:
        """All codes that were chosen or typed."""
        if self.cleaned_data["asked_only"]:
            return [ASKED_ONLY]
        return [*self.cleaned_data["aspects"], *split_codes(self.cleaned_data["indicators"])]


class ScopeForm(_ScopeFields):
    """What one team member fills in."""

    @staticmethod
    def initial_of(scope: list[str]) -> dict[str, Any]:
        """The form's first values for a scope."""
        return {
            "asked_only": ASKED_ONLY in scope,
            "aspects": [code for code in scope if "." not in code and code != ASKED_ONLY],
            "indicators": ", ".join(code for code in scope if "." in code),
        }


class InviteForm(_ScopeFields):
    """A person, a role and, for the team, what they fill in."""

    email = forms.CharField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "The link goes here. Use the person's own address: whoever opens the link has the account."
        ),
        max_length=254,
        error_messages={"required": _("Fill in the e-mail address.")},
    )
    name = forms.CharField(label=_("Name"), max_length=LONGEST, error_messages=NAME_MISSING)
    unit = forms.CharField(label=_("Unit (OPD)"), max_length=LONGEST, required=False)
    role = forms.ChoiceField(label=_("Role"))
    field_order = ("email", "name", "unit", "role", "asked_only", "aspects", "indicators")

    def __init__(
        self,
        *args: Any,
        roles: list[tuple[str, str]],
        confirmed: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """`confirmed`: the roles of which an invitation waits for a confirmation."""
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        if waiting := [label for role, label in roles if role in confirmed]:
            self.fields["role"].help_text = _(
                "%(roles)s: whoever holds the role now confirms the invitation, else the national "
                "administrator. You cannot take these roles yourself: they review what you prepare."
            ) % {"roles": ", ".join(waiting)}
        self.fields["asked_only"].label = _("Only what is assigned to them (self-assessment team only)")
        self.fields["aspects"].label = _("Aspects (self-assessment team only)")


class LostFactorForm(forms.Form):
    """How somebody who has lost their second factor proved who they are."""

    proof = forms.ChoiceField(
        label=_("How the person proved who they are"),
        choices=IdentityProof.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the person proved who they are.")},
    )
    note = forms.CharField(
        label=_("Who checked it, and when"),
        help_text=_("It goes into the audit trail. No numbers of cards."),
        max_length=LONGEST,
        error_messages={"required": _("Write down who checked it, and when.")},
    )


class EnrolmentCodeForm(forms.Form):
    """The code with which a second factor may be set up."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("Three groups of five letters and figures, as you were given them."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the code.")},
    )


class AcceptForm(forms.Form):
    """A new account's name and password."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As it stands in official documents."),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=NAME_MISSING,
    )
    # "Password" alone would be translated by allauth's catalogue, in another word than ours.
    password = forms.CharField(
        label=_("Your password"),
        help_text=_("At least 12 characters, for example four words that do not belong together."),
        strip=False,
        widget=NEW_PASSWORD,
        error_messages={"required": _("Choose a password.")},
    )
    again = forms.CharField(
        label=_("Your password again"),
        strip=False,
        widget=NEW_PASSWORD,
        error_messages={"required": _("Type the password a second time.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned


class NameForm(forms.Form):
    """One's own name."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages=NAME_MISSING,
    )


class PreferencesForm(forms.Form):
    """When e-mails come, and in which language one is written to."""

    mails = forms.ChoiceField(
        label=_("Notifications by e-mail"),
        help_text=_("What concerns the security of your account always comes at once."),
        choices=MailFrequency.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    language = forms.ChoiceField(label=_("Language of e-mails and notifications"), choices=settings.LANGUAGES)


def show_refusal(form: forms.Form, error: Refused) -> None:
    """Put a service's refusal where it belongs in the form."""
    places = {"scope": "indicators"}
    for field, sentence in error.fields.items():
        place = places.get(field, field)
        form.add_error(place if place in form.fields else None, sentence)
    if not error.fields:
        form.add_error(None, str(error))
