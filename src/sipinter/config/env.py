"""Typed reading of environment variables: a bad value names its variable and stops the start."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

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


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated list, blanks dropped."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """A folder path; not created here."""
    return Path(os.environ.get(name) or default)


def socket_address(name: str) -> str:
    """An absolute path or host:port as it was given; "" when empty, else ImproperlyConfigured."""
    value = os.environ.get(name, "").strip()
    host, _, port = value.rpartition(":")
    if value and not value.startswith("/") and not (host and port.isascii() and port.isdigit()):
        raise ImproperlyConfigured(f"{name}={value!r}: expected the path of a socket (/...) or host:port")
    return value


def bucket(name: str) -> dict[str, Any] | None:
    """Django's storage for `s3://KEY:SECRET@HOST[:PORT]/BUCKET[?scheme=http&region=...]`; None when empty.

    ImproperlyConfigured says what is wrong without printing the value: it holds a secret.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    form = f"{name}: expected s3://KEY:SECRET@HOST:PORT/BUCKET?scheme=https&region=REGION"
    try:
        address = urlsplit(value)
        port = address.port
        options = dict(parse_qsl(address.query, strict_parsing=bool(address.query)))
    except ValueError:
        raise ImproperlyConfigured(f"{form}; the port or what follows ? is not understood") from None
    parts = {
        "s3:// at the beginning": address.scheme == "s3",
        "the key": address.username,
        "the secret": address.password,
        "the host": address.hostname,
        "the bucket": address.path.strip("/") and "/" not in address.path.strip("/"),
    }
    if missing := [part for part, given in parts.items() if not given]:
        raise ImproperlyConfigured(f"{form}; missing or wrong: {', '.join(missing)}")
    if options.keys() - {"scheme", "region"}:
        raise ImproperlyConfigured(f"{form}; only scheme and region may follow ?")
    scheme = options.get("scheme", "https")
    if scheme not in {"http", "https"}:
        raise ImproperlyConfigured(f"{form}; scheme is http or https")
    host = f"[{address.hostname}]" if ":" in str(address.hostname) else address.hostname
    return {
        "BACKEND": "sipinter.evidence.objects.Bucket",
        "OPTIONS": {
            "access_key": unquote(address.username or ""),
            "secret_key": unquote(address.password or ""),
            "endpoint_url": f"{scheme}://{host}{f':{port}' if port else ''}",
            "bucket_name": address.path.strip("/"),
            "region_name": options.get("region", "us-east-1"),
        },
    }
