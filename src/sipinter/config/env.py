"""Typed reading of environment variables: a bad value names its variable and stops the start."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """Value of `name`; ImproperlyConfigured when it is missing and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} must be set (see docs/settings.md)")
    return value


def flag(name: str, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off; anything else is an error."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: expected yes or no")


def number(name: str, default: int) -> int:
    """Whole number, or ImproperlyConfigured."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: expected a whole number") from None


def choice(name: str, default: str, known: tuple[str, ...]) -> str:
    """One of `known`, or ImproperlyConfigured; capitals do not matter."""
    value = os.environ.get(name, "").strip() or default
    for word in known:
        if word.lower() == value.lower():
            return word
    raise ImproperlyConfigured(f"{name}={value!r}: expected one of {', '.join(known)}")


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated list, blanks dropped."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """A folder path; not created here."""
    return Path(os.environ.get(name) or default)
