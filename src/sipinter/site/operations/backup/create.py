"""Making a backup: the rows in one snapshot, then every file that they name, then all of it read back.

What is written so far lies in FILE.partial; an interrupted backup goes on from there. At the end it is signed
by the key of the site and, where SIPINTER_BACKUP_RECIPIENT is set, encrypted.
"""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from pyrage.x25519 import Recipient

from sipinter import __version__
from sipinter.foundation.access.errors import NotAnswering
from sipinter.foundation.documents.signing import detached, revocations

from . import archive, encryption, lock, rows, signature
from .archive import END, FILES, MANIFEST, SIGNATURE, BackupDamaged, BackupError, StoredFile
from .database import has_restore_mark

Say = Callable[[str], object]


@dataclass
class BackupSummary:
    """What was written."""

    tables: int = 0
    rows: int = 0
    files: int = 0
    bytes: int = 0
    missing: list[str] = field(default_factory=list)
    is_signed: bool = False
    is_encrypted: bool = False


def make_backup(target: Path, *, skip_damaged: bool = False, say: Say = print) -> BackupSummary:
    """Write the backup `target`, going on where an earlier run was interrupted.

    BackupError when the file is there already, another backup is writing it, a restore runs, the recipients
    cannot be understood, or the database is not up to date; BackupDamaged when a stored file is gone or
    changed, unless `skip_damaged`, which leaves it out by name.
    """
    if target.exists():
        raise BackupError(_("%(path)s: is there already") % {"path": target})
    recipients = encryption.backup_recipients()
    folder = target.with_name(target.name + ".partial")
    with lock.hold_backup_lock(), _alone(folder):
        manifest = _snapshot(folder, say)
        work = folder / "archive.tar"
        made = _write(work, folder, manifest, skip_damaged, say)
        say(_("reading it back"))
        with work.open("rb") as written:
            archive.verify_backup(written, target.name)
        if recipients:
            say(_("encrypting it"))
            work = _encrypted(work, recipients)
            made.is_encrypted = True
        work.chmod(0o600)
        work.rename(target)
        _flush_folder(target.parent)
    shutil.rmtree(folder)
    return made


def _encrypted(plain: Path, recipients: list[Recipient]) -> Path:
    path = plain.with_suffix(".age")
    with plain.open("rb") as source, path.open("wb") as target:
        encryption.encrypt_file(source, target, recipients)
        target.flush()
        os.fsync(target.fileno())
    return path


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with (folder / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupError(_("%(path)s: another backup is writing there") % {"path": folder}) from None
        yield


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _snapshot(folder: Path, say: Say) -> dict[str, Any]:
    """The rows as they stood at one moment; an unfinished snapshot is taken anew."""
    done = folder / MANIFEST
    if done.exists():
        say(_("going on with the backup begun before"))
        manifest: dict[str, Any] = json.loads(done.read_bytes())
        return manifest
    shutil.rmtree(folder / "members", ignore_errors=True)
    (folder / "archive.tar").unlink(missing_ok=True)
    members = folder / "members"
    (members / "rows").mkdir(parents=True)
    _remember_certificate()
    say(_("reading the database"))
    with _one_moment():
        manifest = _about()
        for label, model in rows.backup_tables(apps).items():
            content = rows.write_table(model, members / "rows" / f"{label}.jsonl.gz")
            manifest["tables"][label] = {
                "columns": rows.columns_of(model),
                "rows": content.rows,
                "digest": content.digest,
            }
        _list_files(members / FILES)
    for name, (place, patterns) in backup_folders().items():
        _keep_folder(members / name, place, patterns)
    manifest["members"] = [_measured(members, path) for path in _in_order(members)]
    fresh = folder / "manifest.new"
    fresh.write_bytes(archive.to_json_bytes(manifest))
    fresh.rename(done)
    return manifest


def _remember_certificate() -> None:
    """So that the certificate that signs the backup is among those in it."""
    with suppress(ImproperlyConfigured, NotAnswering):
        detached.current_certificate()


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything read inside is of one moment, and nobody waits for it."""
    if connection.vendor == "sqlite":
        # Not atomic(): the settings make that take the write lock at once.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            connection.connection.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _about() -> dict[str, Any]:
    if has_restore_mark():
        raise BackupError(_("the database is half restored: finish `sipinter restore` first"))
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError(_("the database is not up to date: run `sipinter manage migrate` first"))
    return {
        "program": "sipinter",
        "format": archive.FORMAT,
        "version": __version__,
        "engine": connection.vendor,
        "at": timezone.now().isoformat(),
        "migrations": sorted(executor.loader.applied_migrations),
        "tables": {},
    }


def _list_files(path: Path) -> None:
    with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        for stored in referenced_files():
            packed.write(json.dumps([stored.path, stored.size, stored.sha256]).encode() + b"\n")


def referenced_files() -> Iterator[StoredFile]:
    """Every stored file that a row names: a table with path, size and sha256 names files.

    A path is named once, however many rows name it.
    """
    for model in rows.backup_tables(apps).values():
        if {"path", "size", "sha256"} <= set(rows.columns_of(model)):
            found = model._base_manager.exclude(path="").order_by("path").distinct()
            for path, size, digest in found.values_list("path", "size", "sha256").iterator(chunk_size=2000):
                yield StoredFile(path, size, digest)


def backup_folders() -> dict[str, tuple[Path, tuple[str, ...]]]:
    """What is kept outside database and storage: a backup's folder, its place here, and which files."""
    return {
        "certificates": (Path(settings.SIGNING_TRUSTED), ("*.pem", revocations.LIST)),
        "checkpoints": (Path(settings.CHECKPOINTS), ("*.*",)),
    }


def _keep_folder(folder: Path, place: Path, patterns: tuple[str, ...]) -> None:
    folder.mkdir()
    for path in sorted(path for pattern in patterns for path in place.glob(pattern)):
        if path.is_file() and not path.name.startswith("."):
            shutil.copyfile(path, folder / path.name)


def _in_order(members: Path) -> list[Path]:
    found = sorted(path for path in members.rglob("*") if path.is_file() and path.name != FILES)
    return [*found, members / FILES]


def _measured(members: Path, path: Path) -> tuple[str, int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return str(path.relative_to(members)), path.stat().st_size, digest


def _write(work: Path, folder: Path, manifest: dict[str, Any], skip_damaged: bool, say: Say) -> BackupSummary:
    work.touch()
    there = dict(archive.complete_members(work))
    for closing in (END, SIGNATURE):
        there.pop(closing, None)
    tables = manifest["tables"].values()
    made = BackupSummary(tables=len(tables), rows=sum(table["rows"] for table in tables))
    with work.open("r+b") as out:
        out.truncate(max(there.values(), default=0))
        out.seek(0, os.SEEK_END)
        head = folder / MANIFEST
        names = [name for name, *_rest in manifest["members"]]
        for name, path in ((MANIFEST, head), *((name, folder / "members" / name) for name in names)):
            if name not in there:
                with path.open("rb") as source:
                    archive.append_member(out, name, path.stat().st_size, archive.chunks_of(source))
        say(_("copying the files"))
        for stored in _listed(folder / "members" / FILES):
            _copy(out, stored, there, made, skip_damaged)
        end = archive.to_json_bytes(
            {"manifest": _measured(folder, head)[2], "files": made.files, "missing": made.missing}
        )
        archive.append_member(out, END, len(end), iter([end]))
        signed = signature.sign_end(end)
        if signed is not None:
            content = archive.to_json_bytes(signed)
            archive.append_member(out, SIGNATURE, len(content), iter([content]))
            made.is_signed = True
        out.write(b"\0" * 1024)
        out.flush()
        os.fsync(out.fileno())
    return made


def _listed(path: Path) -> Iterator[StoredFile]:
    with gzip.open(path) as packed:
        for line in packed:
            yield StoredFile(*json.loads(line))


def _copy(
    out: IO[bytes], stored: StoredFile, there: dict[str, int], made: BackupSummary, skip_damaged: bool
) -> None:
    name = f"files/{stored.path}"
    if name not in there:
        start = out.tell()
        try:
            _append_stored(out, name, stored)
        except BackupDamaged:
            out.seek(start)
            out.truncate()
            if not skip_damaged:
                raise
            made.missing.append(stored.path)
            return
    made.files += 1
    made.bytes += stored.size


def _append_stored(out: IO[bytes], name: str, stored: StoredFile) -> None:
    try:
        source = default_storage.open(stored.path)
    except FileNotFoundError:
        raise BackupDamaged(_("%(path)s: is missing from the storage") % {"path": stored.path}) from None
    with source:
        if archive.append_member(out, name, stored.size, archive.chunks_of(source)) != stored.sha256:
            raise BackupDamaged(_("%(path)s: has been changed in the storage") % {"path": stored.path})
