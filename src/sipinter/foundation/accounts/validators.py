"""What a person, an address, a role or a password must look like. Raises `Invalid` with the field."""

import unicodedata

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from sipinter.foundation.access.errors import Invalid
from sipinter.foundation.access.roles import Role
from sipinter.foundation.agencies.models import Agency

from .models import User

LONGEST = 150


def clean_email(text: str) -> str:
    """The address in lower case."""
    email = text.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid.at("email", _("This is not an e-mail address.")) from None
    return email


def clean_line(field: str, text: str, *, required: bool = False) -> str:
    """One line of text, blanks collapsed, without control characters, at most 150 characters."""
    line = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    if required and not line:
        raise Invalid.at(field, _("Please fill this in."))
    if len(line) > LONGEST:
        raise Invalid.at(field, _("At most %(count)d characters.") % {"count": LONGEST})
    return line


def clean_role(role: str, agency: Agency) -> str:
    """A known role that exists on the agency's side: desks of the supervisor stand in central bodies."""
    if role not in Role.values:
        raise Invalid.at("role", _("There is no such role."))
    if not agency.is_active:
        raise Invalid.at("role", _("This agency is no longer active in the register."))
    if not Role(role).fits(agency):
        raise Invalid.at("role", _("A regional government has no people in this role."))
    return role


def clean_password(password: str, *, email: str, name: str, field: str = "password") -> str:
    """The password, when it meets the rules in the settings."""
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise Invalid.at(field, " ".join(error.messages)) from None
    return password
