"""Whether this browser may change what opens the account of a person whose role demands a second factor.

Signed in by the password alone it may not: no second factor, no other address, no sign-in service. It may
for an hour after the link of an invitation or a code (`services/enrolment.py`) proved who it is.
"""

import time

from django.http import HttpRequest

from .models import User

SESSION_KEY = "may_set_up_second_factor"
SECONDS = 60 * 60


def allow_enrolment(request: HttpRequest, user: User) -> None:
    """Note in the session that its person has proved who they are by more than a password."""
    request.session[SESSION_KEY] = {"user": user.pk, "until": time.time() + SECONDS}


def is_enrolment_allowed(request: HttpRequest) -> bool:
    """Whether that was noted for whoever is signed in, and is not over."""
    noted = request.session.get(SESSION_KEY)
    return bool(noted and noted["user"] == request.user.pk and time.time() < noted["until"])


def changes_what_opens_the_account(request: HttpRequest) -> bool:
    """Whether the address asked for does so: allauth's own pages, which know no roles."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
        return True
    if name == "account_email":
        return request.method == "POST"
    # Without "connect" the service's page only signs in.
    sent = (request.POST.get("process"), request.GET.get("process"))
    return name == "openid_connect_login" and "connect" in sent
