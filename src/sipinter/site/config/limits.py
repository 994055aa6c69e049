"""How often one visitor may do what: "30/m/ip" is thirty in a minute from one address."""

import re

from django.core.exceptions import ImproperlyConfigured

# Many people of one office share an address; what counts by person is "user".
DEFAULTS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    # Of a browser in which the person has signed in before, by its own number.
    "login_known": "10/300s/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "passkey": "30/m/ip",
    "service": "30/m/ip",
    "invitation": "60/m/ip",
    "enrolment": "5/300s/user",
    "enrolment_request": "2/h/user",
    "kept_input": "60/m/ip",
    "verify": "30/m/ip",
    "search": "300/m/ip",
    "download": "60/m/ip",
    "upload": "600/m/user",
}
# Those that allauth counts itself, under the same names.
ACCOUNT = (
    "login",
    "login_failed",
    "reset_password",
    "reset_password_from_key",
    "change_password",
    "reauthenticate",
)
_RATES = re.compile(r"^\d+/\d*[smhd]/(ip|user|key)(\+\d+/\d*[smhd]/(ip|user|key))*$")


def rate_limits(changed: list[str]) -> dict[str, str]:
    """The defaults with what SIPINTER_LIMITS changes: "login=600/m/ip", several rates joined by "+"."""
    found = dict(DEFAULTS)
    for item in changed:
        name, _, rates = item.partition("=")
        if name not in DEFAULTS or not _RATES.match(rates):
            raise ImproperlyConfigured(f"SIPINTER_LIMITS: {item!r} is not a limit such as login=60/m/ip")
        found[name] = rates.replace("+", ",")
    return found
