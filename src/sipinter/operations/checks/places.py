"""Whether what the site stands on answers: each is really tried, with a short patience."""

import smtplib
import socket
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from sipinter.operations import parts

from ..finding import Finding, error

PATIENCE = 5.0
FURTHEST = timedelta(seconds=5)


def database_answers() -> Iterator[Finding]:
    if not parts.database_answers():
        yield error("SIPINTER_DATABASE_URL", "the database does not answer", "start it or correct it")


def migrations() -> Iterator[Finding]:
    if not parts.database_answers():
        return
    if parts.is_half_restored():
        yield error("SIPINTER_DATABASE_URL", "a restore was interrupted", "run `sipinter restore` again")
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield error(
            "SIPINTER_DATABASE_URL",
            f"{len(waiting)} migrations are not applied",
            "run `sipinter manage migrate`",
        )


def storage_answers() -> Iterator[Finding]:
    """Writes, reads and removes a small file."""
    name = f"incoming/check-{uuid.uuid4().hex}"
    try:
        saved = default_storage.save(name, ContentFile(b"sipinter"))
        with default_storage.open(saved) as file:
            is_same = file.read() == b"sipinter"
        default_storage.delete(saved)
    except Exception as reason:  # each storage has exceptions of its own
        yield error("SIPINTER_STORAGE_URL", f"cannot be written ({type(reason).__name__})", "correct it")
        return
    if not is_same:
        yield error("SIPINTER_STORAGE_URL", "gives back something else than was stored", "check the storage")


def cache_answers() -> Iterator[Finding]:
    key = f"check-{uuid.uuid4().hex}"
    try:
        cache.set(key, "sipinter", 10)
        is_kept = cache.get(key) == "sipinter"
        cache.delete(key)
    except Exception:  # each cache has exceptions of its own
        is_kept = False
    if not is_kept:
        yield error("SIPINTER_CACHE_URL", "the cache keeps nothing", "start it or correct it")


def mail_answers() -> Iterator[Finding]:
    """Greets the mail server, encrypts and signs in as an e-mail would; sends nothing."""
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=PATIENCE) as server:
            if settings.EMAIL_USE_TLS:
                server.starttls()
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            server.noop()
    except smtplib.SMTPAuthenticationError:
        yield error("SIPINTER_EMAIL_PASSWORD", "the mail server refuses the password", "correct it")
    except (OSError, smtplib.SMTPException) as reason:
        wrong = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not answer ({type(reason).__name__})"
        yield error("SIPINTER_EMAIL_HOST", wrong, "correct host, port and encryption")


def scanner_answers(address: str) -> Iterator[Finding]:
    """clamd at `address`, a socket's path or host:port, answers its PING."""
    try:
        with _connected(address) as clamd:
            clamd.sendall(b"zPING\0")
            is_there = clamd.recv(16).startswith(b"PONG")
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        yield error("SIPINTER_CLAMD", "the virus scanner does not answer", "start clamd or correct it")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        clamd.settimeout(PATIENCE)
        clamd.connect(address)
        return clamd
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), PATIENCE)


def clock() -> Iterator[Finding]:
    """This machine's clock against the database server's."""
    if connection.vendor != "postgresql" or not parts.database_answers():
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
    except DatabaseError:
        return
    if abs(there - datetime.now(UTC)) > FURTHEST:
        yield error("TZ", "this machine's clock differs from the database's", "synchronise both by NTP")
