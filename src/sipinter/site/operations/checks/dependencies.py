"""Whether what the site stands on answers: each is really tried, with a short patience."""

import smtplib
import socket
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from sipinter.foundation.audit.database_role import owns_trail
from sipinter.foundation.audit.places import place_states
from sipinter.foundation.evidence.judging.queries import judging_queue
from sipinter.foundation.work.models import Worker
from sipinter.foundation.work.queries import queue_length

from .. import health
from ..backup.database import has_restore_mark
from ..database_faults import FaultKind, database_place, fault_kind
from ..finding import Finding, error_finding, note_finding

PATIENCE = 5.0
BEHIND = 8  # checkpoints: two hours
FURTHEST = timedelta(seconds=5)
WAITED_LONG = 600  # seconds


WHAT_TO_DO = {
    FaultKind.DAMAGED: ("is damaged", "move it away and restore a backup"),
    FaultKind.READ_ONLY: ("cannot be written", "give it and its folder to the service's user"),
    FaultKind.CLOSED: ("cannot be opened", "give it and its folder to the service's user"),
    FaultKind.FULL: ("has no room: the disk is full", "make room"),
    FaultKind.LOCKED: ("is held by another process", "wait until that has ended"),
    FaultKind.FILE: ("cannot be read: the disk does not do it", "look at the disk"),
}


def check_database() -> Iterator[Finding]:
    """It answers, is whole and has the tables that its own record names."""
    variable = "SIPINTER_DATABASE_URL"
    try:
        if health.is_damaged():
            yield error_finding(variable, *_damage_words(FaultKind.DAMAGED))
            return
        connection.ensure_connection()
        if gone := health.lost_tables():
            wrong = f"the database has lost tables ({', '.join(gone)})"
            yield error_finding(variable, wrong, "restore a backup")
    except (DatabaseError, OSError) as error:
        yield error_finding(variable, *_damage_words(fault_kind(error)))


def _damage_words(kind: FaultKind | None) -> tuple[str, str]:
    """What is wrong with the database, and what to do."""
    if kind not in WHAT_TO_DO:
        return "the database does not answer", "start it or correct it"
    wrong, do = WHAT_TO_DO[kind]
    return f"the database {database_place()} {wrong}", do


def check_migrations() -> Iterator[Finding]:
    if not health.is_database_up():
        return
    if has_restore_mark():
        yield error_finding(
            "SIPINTER_DATABASE_URL", "a restore was interrupted", "run `sipinter restore` again"
        )
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield error_finding(
            "SIPINTER_DATABASE_URL",
            f"{len(waiting)} migrations are not applied",
            "run `sipinter manage migrate`",
        )


def check_storage() -> Iterator[Finding]:
    """Writes, reads and removes a small file."""
    name = f"incoming/check-{uuid.uuid4().hex}"
    try:
        saved = default_storage.save(name, ContentFile(b"sipinter"))
        with default_storage.open(saved) as file:
            is_same = file.read() == b"sipinter"
        default_storage.delete(saved)
    except Exception as reason:  # each storage has exceptions of its own
        yield error_finding(
            "SIPINTER_STORAGE_URL", f"cannot be written ({type(reason).__name__})", "correct it"
        )
        return
    if not is_same:
        yield error_finding(
            "SIPINTER_STORAGE_URL", "gives back something else than was stored", "check the storage"
        )


def check_cache() -> Iterator[Finding]:
    key = f"check-{uuid.uuid4().hex}"
    try:
        cache.set(key, "sipinter", 10)
        is_kept = cache.get(key) == "sipinter"
        cache.delete(key)
    except Exception:  # each cache has exceptions of its own
        is_kept = False
    if not is_kept:
        yield error_finding("SIPINTER_CACHE_URL", "the cache keeps nothing", "start it or correct it")


def check_mail_server() -> Iterator[Finding]:
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
        yield error_finding("SIPINTER_EMAIL_PASSWORD", "the mail server refuses the password", "correct it")
    except (OSError, smtplib.SMTPException) as reason:
        wrong = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not answer ({type(reason).__name__})"
        yield error_finding("SIPINTER_EMAIL_HOST", wrong, "correct host, port and encryption")


def check_virus_scanner() -> Iterator[Finding]:
    """clamd at SIPINTER_CLAMD, a socket's path or host:port, answers its PING."""
    if not settings.CLAMD:
        yield note_finding(
            "SIPINTER_CLAMD", "evidence is not scanned for viruses", "give the address of a clamd"
        )
        return
    try:
        with _connected(settings.CLAMD) as clamd:
            clamd.sendall(b"zPING\0")
            is_there = clamd.recv(16).startswith(b"PONG")
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        yield error_finding(
            "SIPINTER_CLAMD", "the virus scanner does not answer", "start clamd or correct it"
        )


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        clamd.settimeout(PATIENCE)
        clamd.connect(address)
        return clamd
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), PATIENCE)


def check_workers() -> Iterator[Finding]:
    """Some worker takes what is queued: mails, papers of decisions, scans, the daily checkpoint."""
    try:
        is_idle = not Worker.objects.alive().exists()
        waiting = queue_length().waiting if is_idle else 0
    except DatabaseError:  # `check_database` and `check_migrations` say so
        return
    if is_idle and waiting:
        yield error_finding("sipinter worker", f"{waiting} tasks wait and no worker is alive", "start one")
    elif is_idle:
        yield note_finding("sipinter worker", "no worker is alive", "start one beside the site")


def check_waiting_files() -> Iterator[Finding]:
    """Files that came in are judged; more than ten minutes on the last evening are too many."""
    try:
        queue = judging_queue()
    except DatabaseError:
        return
    if queue.oldest_seconds > WAITED_LONG:
        minutes = int(queue.oldest_seconds // 60)
        wrong = f"{queue.waiting} files wait to be checked, the oldest for {minutes} minutes"
        yield error_finding("sipinter worker", wrong, "start more workers, or see what stops them")
    elif queue.waiting:
        yield note_finding("sipinter worker", f"{queue.waiting} files wait to be checked", "nothing to do")


def check_checkpoint_folder() -> Iterator[Finding]:
    """The audit trail's daily checkpoints can be written."""
    folder = Path(settings.CHECKPOINTS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as reason:
        wrong = f"{folder} cannot be written ({type(reason).__name__})"
        yield error_finding("SIPINTER_CHECKPOINTS", wrong, "give a folder of the service's user")


def check_person_keys() -> Iterator[Finding]:
    """Keys of people can be made, by nobody else read, and do not lie beside the database's file."""
    folder, variable = Path(settings.PERSON_KEYS), "SIPINTER_PERSON_KEYS"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as reason:
        wrong = f"{folder} cannot be written ({type(reason).__name__})"
        yield error_finding(variable, wrong, "give a folder of the service's user")
        return
    if folder.stat().st_mode & 0o077:
        yield error_finding(variable, f"{folder} may be read by others", f"run chmod 700 {folder}")


def check_database_role() -> Iterator[Finding]:
    """The site's connection could not take the triggers of the audit trail away."""
    try:
        owns = owns_trail()
    except DatabaseError:  # `check_database` and `check_migrations` say so
        return
    if owns:
        yield note_finding(
            "SIPINTER_DATABASE_URL",
            "signs in as an owner of the audit trail, who may drop what guards it",
            "make a role with `sipinter audit role` and sign in as that",
        )


def check_checkpoint_places() -> Iterator[Finding]:
    """The checkpoints leave this machine, and every place takes them."""
    variable = "SIPINTER_CHECKPOINT_PLACES"
    if not settings.CHECKPOINT_PLACES:
        yield note_finding(
            variable, "the checkpoints of the audit trail stay on this machine", "give an append-only place"
        )
    try:
        states = place_states()
    except DatabaseError:  # `check_database` and `check_migrations` say so
        return
    for state in states:
        if state.fault:
            yield error_finding(variable, f"{state.name}: {state.fault}", "correct it; it is tried again")
        elif state.waiting > BEHIND:
            wrong = f"{state.name}: {state.waiting} checkpoints wait"
            yield error_finding(variable, wrong, "have a worker run")


def check_clock() -> Iterator[Finding]:
    """This machine's clock against the database server's."""
    if connection.vendor != "postgresql" or not health.is_database_up():
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
    except DatabaseError:
        return
    if abs(there - datetime.now(UTC)) > FURTHEST:
        yield error_finding(
            "TZ", "this machine's clock differs from the database's", "synchronise both by NTP"
        )
