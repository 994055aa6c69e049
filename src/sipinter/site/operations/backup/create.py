"""Making a backup: the rows in one snapshot, then every file that they name, then all of it read back.

What is written so far lies in FILE.partial; an interrupted backup goes on from there.
"""

import fcntl
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from sipinter import __version__

from . import archive, rows
from .archive import END, FILES, MANIFEST, BackupDamaged, BackupError, StoredFile
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


def make_backup(target: Path, *, skip_damaged: bool = False, say: Say = print) -> BackupSummary:
    """Write the backup `target`, going on where an earlier run was interrupted.

    Refusal when the file is there already, another backup is writing it, or the database is not up to date;
    BackupDamaged when a stored file is gone or changed, unless `skip_damaged`, which leaves it out by name.
    """
    if target.exists():
        raise BackupError(f"{target}: is there already")
    folder = target.with_name(target.name + ".partial")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with _alone(folder):
        manifest = _snapshot(folder, say)
        work = folder / "archive.tar"
        made = _write(work, folder, manifest, skip_damaged, say)
        say("reading it back")
        archive.verify_backup(work)
        work.chmod(0o600)
        work.rename(target)
        _flush_folder(target.parent)
    shutil.rmtree(folder)
    return made


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupError(f"{folder}: another backup is writing there") from None
        yield


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _snapshot(folder: Path, say: Say) -> dict[str, Any]:
    """The rows as they stood at one moment; an unfinished snapshot is taken anew."""
    done = folder / MANIFEST
    if done.exists():
        say("going on with the backup begun before")
        manifest: dict[str, Any] = json.loads(done.read_bytes())
        return manifest
    shutil.rmtree(folder / "members", ignore_errors=True)
    (folder / "archive.tar").unlink(missing_ok=True)
    members = folder / "members"
    (members / "rows").mkdir(parents=True)
    say("reading the database")
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
    for name, (place, pattern) in backup_folders().items():
        _keep_folder(members / name, place, pattern)
    manifest["members"] = [_measured(members, path) for path in _in_order(members)]
    fresh = folder / "manifest.new"
    fresh.write_bytes(archive.to_json_bytes(manifest))
    fresh.rename(done)
    return manifest


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
        raise BackupError("the database is half restored: finish `sipinter restore` first")
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise BackupError("the database is not up to date: run `sipinter manage migrate` first")
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


def backup_folders() -> dict[str, tuple[Path, str]]:
    """What is kept outside database and storage: a backup's folder, its place here, and which files."""
    return {
        "certificates": (Path(settings.SIGNING_TRUSTED), "*.pem"),
        "checkpoints": (Path(settings.CHECKPOINTS), "*.*"),
    }


def _keep_folder(folder: Path, place: Path, pattern: str) -> None:
    folder.mkdir()
    for path in sorted(place.glob(pattern)):
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
    there.pop(END, None)
    tables = manifest["tables"].values()
    made = BackupSummary(tables=len(tables), rows=sum(table["rows"] for table in tables))
    with work.open("r+b") as out:
        out.truncate(max(there.values(), default=0))
        out.seek(0, os.SEEK_END)
        head = folder / MANIFEST
        names = [name for name, _size, _digest in manifest["members"]]
        for name, path in ((MANIFEST, head), *((name, folder / "members" / name) for name in names)):
            if name not in there:
                with path.open("rb") as source:
                    archive.append_member(out, name, path.stat().st_size, archive.chunks_of(source))
        say("copying the files")
        for stored in _listed(folder / "members" / FILES):
            _copy(out, stored, there, made, skip_damaged)
        end = archive.to_json_bytes(
            {"manifest": _measured(folder, head)[2], "files": made.files, "missing": made.missing}
        )
        archive.append_member(out, END, len(end), iter([end]))
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
        raise BackupDamaged(f"{stored.path}: is missing from the storage") from None
    with source:
        if archive.append_member(out, name, stored.size, archive.chunks_of(source)) != stored.sha256:
            raise BackupDamaged(f"{stored.path}: has been changed in the storage")
