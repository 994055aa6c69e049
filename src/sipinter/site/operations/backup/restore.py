"""Restoring a backup into an empty database and storage, of the same or a newer version, on either engine.

Order: the file is read whole against its hashes and its signature, and every path and table in it is looked
at; only then is anything written. Stored files are put in place (each whole or not at all); the database is
marked unfinished, brought to the backup's state, filled in one transaction, compared row by row, and migrated
on; then the mark goes. Until then `/sehat/siap/` answers 503, and the same command goes on. At last what is
in place is checked against the audit trail and the signed papers.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DataError, IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from sipinter import __version__
from sipinter.foundation.audit import heads
from sipinter.foundation.documents.signing import revocations
from sipinter.foundation.evidence.storage import store

from . import archive, encryption, lock, rows, signature
from .archive import FILES, BackupContents, BackupError, StoredFile
from .create import Say, backup_folders
from .database import (
    create_restore_mark,
    drop_restore_mark,
    has_restore_mark,
    has_rows,
    make_sqlite_folder,
    running_processes,
    wipe_database,
)
from .state import state_faults


@dataclass
class RestoreSummary:
    """What is in place now, and what the operator must see to."""

    made_at: str
    version: str
    tables: int
    rows: int
    files: int
    missing: list[str]  # files that were gone before the backup was made
    untrusted: list[str]  # certificates of the backup that were not taken over
    faults: list[str]  # where trail and papers do not bear out the rows


def restore_backup(
    source: Path,
    *,
    force: bool = False,
    unsigned: bool = False,
    trusted: frozenset[str] = frozenset(),
    identity: Path | None = None,
    say: Say = print,
) -> RestoreSummary:
    """Put the backup `source` in the place of what is there; `identity` names the file that opens it.

    BackupError when the target has rows (without `force`), nobody trusted has signed the backup (`trusted`:
    SHA-256 of certificates that are trusted besides, `unsigned`: it does not matter), it is of a newer
    version, the site is running, or another restore is; BackupDamaged when the file is not whole. All are
    said before anything is changed.
    """
    if not source.is_file():
        raise BackupError(_("%(path)s: there is no such file") % {"path": source})
    with _opened(source, identity) as file:
        say(_("checking the file"))
        contents = archive.verify_backup(file, source.name)
        signature.require_signature(contents, source.name, trusted=trusted, unsigned=unsigned)
        targets = _targets(contents, source.name)
        _require_tables(contents, targets, source.name)
        make_sqlite_folder()
        with lock.hold_restore_lock():
            _require_free(force)
            untrusted, count = _put_in_place(file, contents, targets, trusted, say)
    tables = contents.manifest["tables"]
    say(_("checking what was restored"))
    return RestoreSummary(
        made_at=contents.manifest["at"],
        version=contents.manifest["version"],
        tables=len(tables),
        rows=sum(table["rows"] for table in tables.values()),
        files=count,
        missing=contents.end["missing"],
        untrusted=untrusted,
        faults=state_faults(),
    )


@contextmanager
def _opened(source: Path, identity: Path | None) -> Iterator[IO[bytes]]:
    """The backup as a plain archive. What was encrypted lies in a file without a name, gone at the end."""
    with source.open("rb") as file:
        if not encryption.is_encrypted(file):
            yield file
            return
        if identity is None:
            raise BackupError(
                _("%(name)s: it is encrypted; --identity names the file that opens it")
                % {"name": source.name}
            )
        with tempfile.TemporaryFile() as plain:
            encryption.decrypt_file(file, plain, encryption.read_identities(identity), source.name)
            yield plain


def _require_free(force: bool) -> None:
    """BackupError while the site runs, or when rows would be lost unasked."""
    if running := running_processes():
        raise BackupError(
            _(
                "the site is running (%(processes)s): stop it on every machine;"
                " what was killed counts as running for %(seconds)s seconds"
            )
            % {"processes": ", ".join(running), "seconds": settings.WORK_LEASE}
        )
    if not has_restore_mark() and has_rows() and not force:
        raise BackupError(_("the database is not empty; --force replaces everything in it"))


def _put_in_place(
    file: IO[bytes],
    contents: BackupContents,
    targets: list[tuple[str, str]],
    trusted: frozenset[str],
    say: Say,
) -> tuple[list[str], int]:
    """Certificates that were not taken over, and how many files were put in place."""
    say(_("putting the files in place"))
    untrusted = _put_folders(file, contents, trusted)
    count = _put_files(file, contents)
    say(_("filling the database"))
    create_restore_mark()
    wipe_database()
    _fill(file, contents, targets)
    say(_("bringing it up to date"))
    heads.forget_heads()
    call_command("migrate", interactive=False, verbosity=0)
    drop_restore_mark()
    return untrusted, count


def _targets(contents: BackupContents, name: str) -> list[tuple[str, str]]:
    """The last migration of each app in the backup; BackupError when this program does not know it."""
    graph = MigrationExecutor(None).loader.graph
    try:
        applied = {(str(app), str(migration)) for app, migration in contents.manifest["migrations"]}
        version, newer = (
            contents.manifest["version"],
            _numbers(contents.manifest["version"]) > _numbers(__version__),
        )
        datetime.fromisoformat(contents.manifest["at"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise archive.damaged_member(name, archive.MANIFEST) from None
    unknown = sorted(node for node in applied if node not in graph.nodes)
    if unknown:
        raise BackupError(
            _(
                "%(name)s: made by version %(version)s, newer than this program, %(own)s:"
                " it does not know %(migration)s"
            )
            % {"name": name, "version": version, "own": __version__, "migration": ".".join(unknown[0])}
        )
    if newer:
        raise BackupError(
            _("%(name)s: made by version %(version)s, newer than this program, %(own)s")
            % {"name": name, "version": version, "own": __version__}
        )
    overtaken = {
        parent.key for node in applied for parent in graph.node_map[node].parents if parent.key[0] == node[0]
    }
    return sorted(applied - overtaken)


def _require_tables(contents: BackupContents, targets: list[tuple[str, str]], name: str) -> None:
    """BackupDamaged unless every table of the backup is one of its version, with its columns and its rows."""
    models = rows.backup_tables(MigrationExecutor(None).loader.project_state(targets).apps)
    try:
        for label, table in contents.manifest["tables"].items():
            known = set(rows.columns_of(models[label]))
            if not known.issuperset(table["columns"]) or f"rows/{label}.jsonl.gz" not in contents.offsets:
                raise KeyError(label)
            rows.TableContent(int(table["rows"]), str(table["digest"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise archive.damaged_member(name, archive.MANIFEST) from None


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".") if part.isdigit()]


def _put_folders(file: IO[bytes], contents: BackupContents, trusted: frozenset[str]) -> list[str]:
    """Certificates that are trusted already or named, revocations and checkpoints; what is there stays.

    Returns the certificates that were left out: a backup does not say whom this machine trusts.
    """
    places, untrusted = backup_folders(), []
    known = trusted | signature.trusted_fingerprints()
    for member, section in contents.offsets.items():
        top, _slash, name = member.partition("/")
        if top not in places or (places[top][0] / name).exists():
            continue
        content = archive.MemberFile(file, *section).read()
        if top == "certificates" and name != revocations.LIST:
            certificate = _first_certificate(content)
            if certificate is None or signature.fingerprint(certificate) not in known:
                untrusted.append(_about(certificate, name))
                continue
        path = places[top][0] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".new-{name}")
        fresh.write_bytes(content)
        fresh.rename(path)
    return untrusted


def _first_certificate(pem: bytes) -> x509.Certificate | None:
    """The one that is trusted by such a file; those after it are of the authorities above it."""
    try:
        return x509.load_pem_x509_certificates(pem)[0]
    except ValueError:
        return None


def _about(certificate: x509.Certificate | None, name: str) -> str:
    if certificate is None:
        return name
    return f"{signature.fingerprint(certificate)} {certificate.subject.rfc4514_string()}"


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
            raise archive.damaged_member(walk.name, f"files/{stored.path}")
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
            member = f"rows/{label}.jsonl.gz"
            try:
                found = archive.member_values(file, contents, member)
                rows.insert_rows(models[label], table["columns"], found)
            except (*archive.BROKEN, ValidationError, DataError, IntegrityError):
                raise archive.damaged_member(Path(str(getattr(file, "name", ""))).name, member) from None
        for label, table in tables.items():
            there = rows.digest_rows(rows.row_lines(models[label], table["columns"]))
            if there != rows.TableContent(table["rows"], table["digest"]):
                raise BackupError(
                    _("%(table)s: the rows read back are not those of the backup") % {"table": label}
                )
        with connection.cursor() as cursor:
            loaded = [models[label] for label in tables]
            for statement in connection.ops.sequence_reset_sql(no_style(), loaded):
                cursor.execute(statement)
        connection.check_constraints()
