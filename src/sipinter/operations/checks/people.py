"""How people sign in and are told."""

from collections.abc import Iterator

from django.conf import settings

from sipinter.accounts.roles import SUPERVISOR_ROLES, Role

from ..finding import Finding, error, note

DECIDING = frozenset({Role.VERIFIER, Role.COORDINATOR, Role.PLENARY, Role.ADMINISTRATOR})
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def second_factor() -> Iterator[Finding]:
    for role in sorted(SUPERVISOR_ROLES - set(settings.MFA_REQUIRED_ROLES)):
        make = error if role in DECIDING else note
        yield make("SIPINTER_MFA_ROLES", f"{role} may act with a password alone", f"add {role}")


def mail() -> Iterator[Finding]:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        yield error(
            "SIPINTER_EMAIL_BACKEND",
            "e-mails do not leave this machine: nobody gets an invitation",
            "set it to django.core.mail.backends.smtp.EmailBackend",
        )
        return
    if settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        yield error("SIPINTER_EMAIL_FROM", "is no address that can be answered", "give the sender's address")
    if settings.EMAIL_HOST not in LOOPBACK and not settings.EMAIL_USE_TLS:
        yield error("SIPINTER_EMAIL_TLS", "e-mails go unencrypted to another machine", "set it to yes")
