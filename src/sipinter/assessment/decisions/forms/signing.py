"""What an official types to sign."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SignForm(forms.Form):
    """Identity number and passphrase, for this one act; the passphrase is never shown again."""

    identity_number = forms.RegexField(
        r"^\d{16}$",
        label=_("Identity number (NIK)"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        error_messages={
            "required": _("Write the 16 digits of your identity number."),
            "invalid": _("Write the 16 digits of your identity number."),
        },
    )
    passphrase = forms.CharField(
        label=_("Passphrase of your certificate"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write your passphrase.")},
    )
