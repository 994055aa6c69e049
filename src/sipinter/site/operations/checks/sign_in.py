"""How people sign in and are told."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError

from sipinter.foundation.access.roles import SUPERVISOR_ROLES, Role
from sipinter.foundation.accounts.services.duties import duty_clashes

from ..finding import Finding, error_finding, note_finding

DECIDING = frozenset({Role.VERIFIER, Role.COORDINATOR, Role.PLENARY, Role.ADMINISTRATOR})
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_second_factor() -> Iterator[Finding]:
    for role in sorted(SUPERVISOR_ROLES - set(settings.MFA_REQUIRED_ROLES)):
        make = error_finding if role in DECIDING else note_finding
        yield make("SIPINTER_MFA_ROLES", f"{role} may act with a password alone", f"add {role}")


def check_duties() -> Iterator[Finding]:
    """Nobody holds two duties that exclude one another (docs/permissions.md)."""
    try:
        clashes = duty_clashes()
    except DatabaseError:  # `check_database` and `check_migrations` say so
        return
    for clash in clashes:
        pair = f"{clash.first.role} and {clash.second.role}"
        wrong = f"{clash.user.name} ({clash.first.agency.name}) is {pair}: {clash.why}"
        yield note_finding("people", wrong, "end one of the two roles at /tim/")


def check_mail_settings() -> Iterator[Finding]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield error_finding(
            "SIPINTER_EMAIL_BACKEND",
            "e-mails do not leave this machine: nobody gets an invitation",
            "set it to django.core.mail.backends.smtp.EmailBackend",
        )
        return
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield error_finding(
            "SIPINTER_EMAIL_FROM", "is no address that can be answered", "give the sender's address"
        )
    if settings.EMAIL_HOST not in LOOPBACK and not settings.EMAIL_USE_TLS:
        yield error_finding(
            "SIPINTER_EMAIL_TLS", "e-mails go unencrypted to another machine", "set it to yes"
        )


def check_sign_in_service() -> Iterator[Finding]:
    """A sign-in service is set up whole or not at all."""
    given = {
        "SIPINTER_OIDC_CLIENT_ID": settings.OIDC_CLIENT_ID,
        "SIPINTER_OIDC_CLIENT_SECRET": settings.OIDC_CLIENT_SECRET,
        "SIPINTER_OIDC_AMR": settings.OIDC_SECOND_FACTOR["amr"],
        "SIPINTER_OIDC_ACR": settings.OIDC_SECOND_FACTOR["acr"],
    }
    if not settings.OIDC_ISSUER:
        for variable in (name for name, value in given.items() if value):
            wrong = "is set, but there is no sign-in service"
            yield error_finding(variable, wrong, "set SIPINTER_OIDC_ISSUER or unset it")
        return
    if not settings.OIDC_CLIENT_SECRET:
        wrong = "the sign-in service cannot tell this site from another"
        yield error_finding("SIPINTER_OIDC_CLIENT_SECRET", wrong, "give the client's secret")
    if not any(settings.OIDC_SECOND_FACTOR.values()):
        wrong = "nobody who signs in by the service has a second factor, as far as this site knows"
        yield note_finding("SIPINTER_OIDC_AMR", wrong, "name the claim by which the service says so")
