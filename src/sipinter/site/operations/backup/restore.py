"""Restoring a backup into an empty database and storage, of the same or a newer version, on either engine.

Order: the file is read whole against its hashes; stored files are put in place (each whole or not at all);
the database is marked unfinished, brought to the backup's state, filled in one transaction, compared row by
row, and migrated on; then the mark goes. Until then `/sehat/siap/` answers 503, and the same command goes on.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from sipinter import __version__
from sipinter.foundation.evidence.storage import store

from . import archive, rows
from .archive import FILES, BackupContents, BackupDamaged, BackupError, StoredFile
from .create import Say, backup_folders
from .database import (
    create_restore_mark,
    drop_restore_mark,
    has_restore_mark,
    has_rows,
    make_sqlite_folder,
    wipe_database,
)


@dataclass
class RestoreSummary:
    """What is in place now, and what the operator must see to."""

    tables: int
    rows: int
    files: int
    missing: list[str]
    version: str


def restore_backup(source: Path, *, force: bool = False, say: Say = print) -> RestoreSummary:
    """Put the backup `source` in the place of what is there.

    BackupError when the target has rows (without `force`) or the backup is of a newer version; BackupDamaged
    when the file is not whole. Both are said before anything is changed.
    """
    if not source.is_file():
        raise BackupError(f"{source}: there is no such file")
    say("checking the file")
    contents = archive.verify_backup(source)
    targets = _targets(contents, source.name)
    make_sqlite_folder()
    if not has_restore_mark() and has_rows() and not force:
        raise BackupError("the database is not empty; --force replaces everything in it")
    with source.open("rb") as file:
        say("putting the files in place")
        _put_folders(file, contents)
        count = _put_files(file, contents)
        say("filling the database")
        create_restore_mark()
        wipe_database()
        _fill(file, contents, targets)
    say("bringing it up to date")
    call_command("migrate", interactive=False, verbosity=0)
    drop_restore_mark()
    tables = contents.manifest["tables"]
    total = sum(table["rows"] for table in tables.values())
    return RestoreSummary(len(tables), total, count, contents.end["missing"], contents.manifest["version"])


def _targets(contents: BackupContents, name: str) -> list[tuple[str, str]]:
    """The last migration of each app as the backup knows it; Refusal when this program does not know it."""
    graph = MigrationExecutor(None).loader.graph
    applied = {(app, migration) for app, migration in contents.manifest["migrations"]}
    unknown = sorted(node for node in applied if node not in graph.nodes)
    if unknown or _numbers(contents.manifest["version"]) > _numbers(__version__):
        reason = f" (it does not know {'.'.join(unknown[0])})" if unknown else ""
        version = contents.manifest["version"]
        raise BackupError(
            f"{name}: made by version {version}, newer than this program, {__version__}{reason}"
        )
    overtaken = {
        parent.key for node in applied for parent in graph.node_map[node].parents if parent.key[0] == node[0]
    }
    return sorted(applied - overtaken)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def _put_folders(file: IO[bytes], contents: BackupContents) -> None:
    """Certificates and checkpoints; what is there already stays."""
    places = backup_folders()
    for member, section in contents.offsets.items():
        top, _slash, name = member.partition("/")
        if top not in places:
            continue
        path = places[top][0] / Path(name).name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f".new-{path.name}")
            fresh.write_bytes(archive.MemberFile(file, *section).read())
            fresh.rename(path)


def _put_files(file: IO[bytes], contents: BackupContents) -> int:
    """Every stored file in its place; one that is there already, unchanged, stays."""
    walk = archive.MemberReader(file, "backup")
    walk.position = _behind(contents)
    missing, count = set(contents.end["missing"]), 0
    for stored in archive.stored_files(file, contents):
        if stored.path not in missing:
            _put(walk, stored)
            count += 1
    return count


def _behind(contents: BackupContents) -> int:
    offset, size = contents.offsets[FILES]
    return offset + size + (-size % 512)


def _put(walk: archive.MemberReader, stored: StoredFile) -> None:
    with store.incoming_file() as fresh:
        if walk.member(f"files/{stored.path}", stored.size, fresh.write) != stored.sha256:
            raise BackupDamaged(f"files/{stored.path} is damaged")
        if default_storage.exists(stored.path):
            if _is_whole(stored):
                return
            default_storage.delete(stored.path)
        store.put_file(stored.path, store.flushed_path(fresh), stored.sha256)


def _is_whole(stored: StoredFile) -> bool:
    digest = hashlib.sha256()
    with default_storage.open(stored.path) as there:
        for chunk in archive.chunks_of(there):
            digest.update(chunk)
    return digest.hexdigest() == stored.sha256


def _fill(file: IO[bytes], contents: BackupContents, targets: list[tuple[str, str]]) -> None:
    """Tables as the backup knows them, all rows in one transaction, read back and compared."""
    MigrationExecutor(connection).migrate(targets)
    state = MigrationExecutor(connection).loader.project_state(targets)
    models = rows.backup_tables(state.apps)
    tables: dict[str, dict[str, Any]] = contents.manifest["tables"]
    with transaction.atomic(), connection.constraint_checks_disabled():
        for label, table in tables.items():
            found = archive.member_values(file, contents, f"rows/{label}.jsonl.gz")
            rows.insert_rows(models[label], table["columns"], found)
        for label, table in tables.items():
            there = rows.digest_rows(rows.row_lines(models[label], table["columns"]))
            if there != rows.TableContent(table["rows"], table["digest"]):
                raise BackupError(f"{label}: the rows read back are not those of the backup")
        with connection.cursor() as cursor:
            loaded = [models[label] for label in tables]
            for statement in connection.ops.sequence_reset_sql(no_style(), loaded):
                cursor.execute(statement)
        connection.check_constraints()
