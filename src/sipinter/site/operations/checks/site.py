"""The site as a whole: keys, addresses, what is served."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core import checks
from django.db import DatabaseError

from sipinter.foundation.audit.queries import chains_with_earlier_key

from ..finding import Finding, error_finding, note_finding

LEAST_KEY, LEAST_VARIETY = 50, 10


def check_demonstration() -> Iterator[Finding]:
    if settings.DEMO:
        yield error_finding(
            "SIPINTER_DEMO", "the demonstration is on: known passwords, no second factor", "unset it"
        )


def check_secret_key() -> Iterator[Finding]:
    yield from _check_key("SIPINTER_SECRET_KEY", settings.SECRET_KEY)


def check_audit_key() -> Iterator[Finding]:
    """The key that seals the audit trail is a real one, and not the one that the database's sessions know."""
    yield from _check_key("SIPINTER_AUDIT_KEY", settings.AUDIT_KEY)
    if settings.AUDIT_KEY == settings.SECRET_KEY:
        yield error_finding("SIPINTER_AUDIT_KEY", "the same as SIPINTER_SECRET_KEY", "give one of its own")
    try:
        ending = len(chains_with_earlier_key()) if settings.AUDIT_KEY_FALLBACKS else 0
    except DatabaseError:  # `check_database` and `check_migrations` say so
        return
    if ending:
        wrong = f"{ending} chains of the audit trail end under an earlier key"
        yield error_finding("SIPINTER_AUDIT_KEY_FALLBACKS", wrong, "run `sipinter audit rotate-key`")


def _check_key(variable: str, key: str) -> Iterator[Finding]:
    make = "make one: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
    if key.startswith("demonstration-only-"):
        yield error_finding(variable, "the key of the demonstration, which everybody knows", make)
    elif len(key) < LEAST_KEY or len(set(key)) < LEAST_VARIETY:
        yield error_finding(variable, f"shorter than {LEAST_KEY} random characters", make)


def check_base_url() -> Iterator[Finding]:
    if not settings.HTTPS:
        yield error_finding(
            "SIPINTER_BASE_URL",
            f"{settings.BASE_URL} is not https: passwords and sessions go unprotected",
            "give the public https address",
        )


def check_hosts() -> Iterator[Finding]:
    if any(host == "*" or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        yield error_finding(
            "SIPINTER_HOSTS", "serves host names that nobody listed", "name each host in full"
        )
    host = urlsplit(settings.BASE_URL).hostname
    if host not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        yield error_finding("SIPINTER_HOSTS", f"{host} of SIPINTER_BASE_URL is refused", "add it")


def check_proxy() -> Iterator[Finding]:
    # Absent unless the proxy is trusted: Django's own default is None.
    trusted = settings.SECURE_PROXY_SSL_HEADER is not None
    if settings.HTTPS and not trusted:
        yield error_finding(
            "SIPINTER_BEHIND_PROXY",
            "off, so every request looks unencrypted and is redirected for ever",
            "set it to yes behind a proxy that sets X-Forwarded-Proto itself",
        )
    if trusted and not settings.HTTPS:
        yield error_finding(
            "SIPINTER_BEHIND_PROXY", "on, but the address is not https", "set SIPINTER_BASE_URL"
        )


def check_issuer() -> Iterator[Finding]:
    for variable, key, invented in (
        ("SIPINTER_ISSUER_NAME", "name", "Badan Pengawas Sistem Merit (Peragaan)"),
        ("SIPINTER_ISSUER_ADDRESS", "address", ("Jalan Peragaan Nomor 1", "Jakarta 10110")),
        ("SIPINTER_ISSUER_SIGNER", "signer_name", "Ketua Rapat Pleno"),
    ):
        if settings.ISSUER[key] == invented:
            yield error_finding(
                variable, "decisions would be printed with an invented issuer", "give the real one"
            )


def check_static_files() -> Iterator[Finding]:
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        yield error_finding(
            "SIPINTER_STATIC",
            f"{settings.STATIC_ROOT} has no collected styles and scripts",
            "run `sipinter manage collectstatic`",
        )


def check_log_level() -> Iterator[Finding]:
    level = settings.LOGGING["root"]["level"].upper()
    if level == "DEBUG":
        yield error_finding("SIPINTER_LOG_LEVEL", "DEBUG writes what people enter", "use INFO or WARNING")
    if level in {"ERROR", "CRITICAL"}:
        yield note_finding("SIPINTER_LOG_LEVEL", f"{level} hides warnings", "use INFO or WARNING")


def check_time_zone() -> Iterator[Finding]:
    try:
        offset = datetime.now(ZoneInfo(settings.TIME_ZONE)).utcoffset()
    except ZoneInfoNotFoundError:
        offset = None
    if offset != timedelta(hours=7):
        yield error_finding(
            "TZ", f"{settings.TIME_ZONE} is not known to this machine", "install the package tzdata"
        )


def check_django() -> Iterator[Finding]:
    """Django's checks and the libraries'; `check_signing_key` says those of the documents."""
    for message in checks.run_checks(include_deployment_checks=True):
        if str(message.id).startswith("documents.") or message.is_silenced():
            continue
        make = error_finding if message.level >= checks.ERROR else note_finding
        wrong = " ".join(message.msg.split())
        yield make(str(message.id), wrong, message.hint or "see Django's documentation")
