"""Typed reading of environment variables: a bad value names its variable and stops the start."""

import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def get_string(name: str, default: str | None = None) -> str:
    """Value of `name`; ImproperlyConfigured when it is missing and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} must be set (see docs/settings.md)")
    return value


def get_secret_file(name: str) -> str:
    """Content of the file that `name` gives; "" when empty.

    ImproperlyConfigured when it cannot be read, or by others than its owner.
    """
    given = os.environ.get(name, "").strip()
    if not given:
        return ""
    path = Path(given)
    try:
        if path.stat().st_mode & 0o077:
            raise ImproperlyConfigured(f"{name}: {path} may be read by others; run chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as reason:
        raise ImproperlyConfigured(f"{name}: {path} cannot be read ({type(reason).__name__})") from None


def get_bool(name: str, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off; anything else is an error."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: expected yes or no")


def get_int(name: str, default: int) -> int:
    """Whole number, or ImproperlyConfigured."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r}: expected a whole number") from None


def get_hour(name: str, default: int) -> int:
    """An hour of the day, 0 to 23, or ImproperlyConfigured."""
    value = get_int(name, default)
    if not 0 <= value <= 23:
        raise ImproperlyConfigured(f"{name} must be an hour from 0 to 23, not {value}")
    return value


def get_date(name: str) -> date | None:
    """A day (2026-11-28), None when unset; or ImproperlyConfigured."""
    given = os.environ.get(name, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise ImproperlyConfigured(f"{name}={given!r}: expected a day, for example 2026-11-28") from None


def get_int_list(name: str, default: str) -> tuple[int, ...]:
    """Whole numbers from 0, separated by commas, each once, largest first; or ImproperlyConfigured."""
    given = get_list(name, default)
    if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in given):
        raise ImproperlyConfigured(f"{name} must be whole numbers separated by commas, for example 7,2")
    return tuple(sorted({int(word) for word in given}, reverse=True))


def get_choice(name: str, default: str, known: tuple[str, ...]) -> str:
    """One of `known`, or ImproperlyConfigured; capitals do not matter."""
    value = os.environ.get(name, "").strip() or default
    for word in known:
        if word.lower() == value.lower():
            return word
    raise ImproperlyConfigured(f"{name}={value!r}: expected one of {', '.join(known)}")


def get_list(name: str, default: str = "") -> list[str]:
    """Comma-separated list, blanks dropped."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def get_days(name: str, defaults: dict[str, int]) -> dict[str, int]:
    """`defaults` with what `class=days,...` changes of it; ImproperlyConfigured for another class."""
    found = dict(defaults)
    for part in get_list(name):
        key, _, days = part.partition("=")
        if key not in defaults or not (days.isascii() and days.isdigit() and len(days) < 6):
            raise ImproperlyConfigured(f"{name}: {part!r}: expected one of {', '.join(defaults)}, = and days")
        found[key] = int(days)
    return found


def get_path(name: str, default: Path) -> Path:
    """A folder path; not created here."""
    return Path(os.environ.get(name) or default)


LOCK_SECONDS = 10
IDLE_SECONDS = 60
POOL_SECONDS = LOCK_SECONDS + 5  # whoever has the connection may wait for a lock


def get_database(name: str, *, sqlite: Path, pool: int, seconds: int) -> dict[str, Any]:
    """Django's settings of the database at the URL in variable `name`; empty: SQLite in the file `sqlite`.

    `pool` connections at most are open in one process; a statement may take `seconds` (0: no limit).
    ImproperlyConfigured, which never repeats the URL (it holds the password), for any but PostgreSQL's.
    """
    url = os.environ.get(name, "").strip()
    return _postgres(name, url, pool, seconds) if url else _sqlite(sqlite)


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgres(name: str, url: str, pool: int, seconds: int) -> dict[str, Any]:
    given = _parts(name, url)
    if not 1 <= pool <= 100 or seconds < 0:
        raise ImproperlyConfigured(f"{name}: the pool has 1 to 100 connections, time-outs are not negative")
    # A page that waits is told so after seconds, not when the visitor has long gone.
    limits = {
        "statement_timeout": seconds,
        "lock_timeout": min(LOCK_SECONDS, seconds or LOCK_SECONDS),
        "idle_in_transaction_session_timeout": IDLE_SECONDS,
    }
    options = " ".join(f"-c {limit}={value}s" for limit, value in limits.items())
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.pop("dbname"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        "CONN_MAX_AGE": 0,  # the pool keeps connections
        "CONN_HEALTH_CHECKS": True,  # one that a restart of the server cut off is replaced, not handed out
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "sipinter",
            **given,
            "options": f"{options} {given.get('options', '')}".strip(),
            # A statement that comes again is prepared on the server: planning was half of its work.
            "server_side_binding": True,
            "prepare_threshold": 5,
            # Attempts to reach a server that is away end before the wait between them grows long.
            "pool": {"min_size": 0, "max_size": pool, "timeout": POOL_SECONDS, "reconnect_timeout": 2},
        },
    }


def _parts(name: str, url: str) -> dict[str, Any]:
    """The URL as libpq reads it; host, port and database name are looked at here too."""
    from psycopg import Error
    from psycopg.conninfo import conninfo_to_dict

    expected = f"{name}: expected postgresql://user:password@host:port/name"
    if not url.startswith(("postgresql://", "postgres://")):
        raise ImproperlyConfigured(expected)
    try:
        urlsplit(url).port  # noqa: B018 - raises when it is none
        given = conninfo_to_dict(url)
    except (Error, ValueError):
        raise ImproperlyConfigured(f"{expected} (special characters written as %40 and so on)") from None
    if not given.get("dbname"):
        raise ImproperlyConfigured(f"{expected}: the name of the database is missing")
    return given


def get_socket_address(name: str) -> str:
    """An absolute path or host:port as it was given; "" when empty, else ImproperlyConfigured."""
    value = os.environ.get(name, "").strip()
    host, _, port = value.rpartition(":")
    if value and not value.startswith("/") and not (host and port.isascii() and port.isdigit()):
        raise ImproperlyConfigured(f"{name}={value!r}: expected the path of a socket (/...) or host:port")
    return value


def get_bucket_storage(name: str) -> dict[str, Any] | None:
    """Django's storage for `s3://KEY:SECRET@HOST[:PORT]/BUCKET[?scheme=http&region=...]`; None when empty.

    ImproperlyConfigured says what is wrong without printing the value: it holds a secret.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    bucket, _others = _bucket(name, value)
    return {"BACKEND": "sipinter.foundation.evidence.storage.s3.BucketStorage", "OPTIONS": bucket}


def _bucket(
    name: str, value: str, others: frozenset[str] = frozenset()
) -> tuple[dict[str, str], dict[str, str]]:
    """Where the bucket is and how one signs in, and what else follows `?` (of `others` only)."""
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
    if options.keys() - {"scheme", "region"} - others:
        raise ImproperlyConfigured(
            f"{form}; only {', '.join(['scheme', *sorted(others)])} and region may follow ?"
        )
    scheme = options.pop("scheme", "https")
    if scheme not in {"http", "https"}:
        raise ImproperlyConfigured(f"{form}; scheme is http or https")
    host = f"[{address.hostname}]" if ":" in str(address.hostname) else address.hostname
    bucket = {
        "access_key": unquote(address.username or ""),
        "secret_key": unquote(address.password or ""),
        "endpoint_url": f"{scheme}://{host}{f':{port}' if port else ''}",
        "bucket_name": address.path.strip("/"),
        "region_name": options.pop("region", "us-east-1"),
    }
    return bucket, options


def get_checkpoint_places(name: str) -> list[dict[str, Any]]:
    """Where checkpoints are pushed: `kind`, `name` (without a secret) and what the kind needs.

    `file:///FOLDER`, `s3://KEY:SECRET@HOST/BUCKET?days=3650`, `syslog:///dev/log`, `syslog+udp://HOST:PORT`,
    `syslog+tcp://HOST:PORT`, `mailto:ADDRESS`, separated by commas. ImproperlyConfigured for anything else.
    """
    found = [_checkpoint_place(name, number, value) for number, value in enumerate(get_list(name), 1)]
    names = [place["name"] for place in found]
    if len(set(names)) != len(names):
        raise ImproperlyConfigured(f"{name}: a place is named twice")
    return found


def _checkpoint_place(variable: str, number: int, value: str) -> dict[str, Any]:
    scheme, _, rest = value.partition(":")
    path = unquote(rest.removeprefix("//"))
    if scheme == "file" and rest.startswith("///"):
        return {"kind": "folder", "name": value, "folder": path}
    if scheme == "s3":
        bucket, others = _bucket(variable, value, frozenset({"days"}))
        days = others.get("days", "3650")
        if not (days.isascii() and days.isdigit() and 0 < int(days) < 40_000):
            raise ImproperlyConfigured(f"{variable}: days is how long an object is locked")
        host = bucket["endpoint_url"].partition("://")[2]
        return {"kind": "s3", "name": f"s3://{host}/{bucket['bucket_name']}", "days": int(days), **bucket}
    if scheme == "syslog" and rest.startswith("///"):
        return {"kind": "syslog", "name": value, "transport": "unix", "address": path}
    host, _, port = path.rpartition(":")
    if scheme in {"syslog+udp", "syslog+tcp"} and host and port.isascii() and port.isdigit():
        address = (host.strip("[]"), int(port))
        return {"kind": "syslog", "name": value, "transport": scheme[-3:], "address": address}
    if scheme == "mailto" and path.count("@") == 1:
        return {"kind": "mail", "name": value, "address": path}
    raise ImproperlyConfigured(
        f"{variable}: place {number} is none of file:///FOLDER, s3://KEY:SECRET@HOST/BUCKET, syslog:///SOCKET,"
        " syslog+udp://HOST:PORT, syslog+tcp://HOST:PORT, mailto:ADDRESS"
    )


def get_issuer_url(name: str) -> str:
    """The address of a service that is trusted: https, or http on this machine; empty when there is none."""
    value = os.environ.get(name, "").strip().rstrip("/")
    parts = urlsplit(value)
    loopback = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    if value and not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and loopback))):
        raise ImproperlyConfigured(f"{name}={value!r}: expected an address that begins with https://")
    return value
