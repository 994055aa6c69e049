"""Does the storage have everything that the database names, byte for byte, and nothing else?

Every room that stores files registers what it holds; what lies in those folders and is held by nobody is
an orphan: left by a transaction that was rolled back, or by a crash between file and row.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from sipinter.foundation.access.actor import Actor
from sipinter.foundation.access.permissions import require
from sipinter.foundation.agencies.models import Agency
from sipinter.foundation.audit.services import record
from sipinter.foundation.registries.providers import Provider

from ..models import Blob, locked_blobs
from . import store

# Younger files may belong to a transaction that is still open.
GRACE = timedelta(hours=1)
STALE_INCOMING = timedelta(days=1)
AT_ONCE = 500


@dataclass(frozen=True)
class ExpectedFile:
    """A stored file as the database names it."""

    name: str
    sha256: str
    size: int
    agency_id: int | None


@dataclass(frozen=True)
class StoredFolders:
    """The folders of the storage that are a room's own, and every file that it holds in them."""

    folders: tuple[str, ...]
    files: Iterable[ExpectedFile]


STORED_FOLDERS: Provider[[], StoredFolders] = Provider("what a room keeps in the storage")


@STORED_FOLDERS.provide
def evidence_files() -> StoredFolders:
    """The files of evidence, also those in which a virus was found; of refused ones nothing is kept."""
    return StoredFolders((store.BLOBS, store.QUARANTINE), _blobs())


def _blobs() -> Iterator[ExpectedFile]:
    for blob in (
        Blob.objects.exclude(judgement=Blob.Judgement.REFUSED).order_by("pk").iterator(chunk_size=AT_ONCE)
    ):
        yield ExpectedFile(blob.path, blob.sha256, blob.size, blob.agency_id)


def expected_files() -> Iterator[ExpectedFile]:
    """Every file that the storage must have; what can be made again (`derived`) is not among them."""
    for held in STORED_FOLDERS.answers():
        yield from held.files


class ProblemKind(StrEnum):
    """What can be wrong with a file."""

    MISSING = "missing"
    SIZE = "wrong size"
    DAMAGED = "damaged"
    ORPHAN = "orphan"
    INCOMING = "left while being received"


@dataclass(frozen=True)
class StorageProblem:
    """One file with which something is wrong; `agency_id` None: not known."""

    kind: ProblemKind
    name: str
    detail: str = ""
    agency_id: int | None = None


@dataclass
class StorageReport:
    """What a verification saw."""

    files: int = 0
    size: int = 0
    problems: list[StorageProblem] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.problems


def verify_storage(*, progress: Callable[[StorageReport], None] = lambda report: None) -> StorageReport:
    """Read and hash every stored file; `progress` is called after each. NotAnswering ends it."""
    report = StorageReport()
    for file in expected_files():
        report.files += 1
        report.size += file.size
        if problem := _fault(file):
            report.problems.append(problem)
        progress(report)
    report.problems += [*_orphans(), *_left_incoming()]
    return report


def _fault(file: ExpectedFile) -> StorageProblem | None:
    try:
        size, sha256 = store.digest_of(file.name)
    except FileNotFoundError:
        return StorageProblem(ProblemKind.MISSING, file.name, agency_id=file.agency_id)
    if size != file.size:
        return StorageProblem(ProblemKind.SIZE, file.name, f"{size} != {file.size}", file.agency_id)
    if sha256 != file.sha256:
        return StorageProblem(ProblemKind.DAMAGED, file.name, sha256, file.agency_id)
    return None


def _orphans() -> Iterator[StorageProblem]:
    before = timezone.now() - GRACE
    for held in STORED_FOLDERS.answers():
        # Listed before the rows are read: a file that comes in meanwhile has its row by then.
        lying = [
            entry.name
            for folder in held.folders
            for entry in store.walk_files(folder)
            if entry.written < before
        ]
        names = {file.name for file in held.files}
        yield from (_orphan(name) for name in lying if name not in names)
    kept = {store.derived_folder(blob) for blob in Blob.objects.exclude(locked_blobs())}
    for entry in store.walk_files(store.DERIVED):
        if entry.written < before and entry.name.rpartition("/")[0] not in kept:
            yield _orphan(entry.name)


def _orphan(name: str) -> StorageProblem:
    agency = name.split("/")[1]
    return StorageProblem(ProblemKind.ORPHAN, name, agency_id=int(agency) if agency.isdigit() else None)


def _left_incoming() -> Iterator[StorageProblem]:
    before = timezone.now() - STALE_INCOMING
    for path in sorted(store.incoming_folder().iterdir()):
        if path.is_file() and datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            yield StorageProblem(ProblemKind.INCOMING, path.name)


def remove_orphans(report: StorageReport, *, actor: Actor) -> StorageReport:
    """Remove the orphans and old incoming files of `report`, on record with each agency.

    Before each is removed it is asked once more, under the agency's lock, whether somebody holds it: a
    file sent again takes up the orphan that lies there. What was removed leaves the report's problems.
    """
    require(actor, "evidence.maintain")
    orphans = sorted(
        (problem for problem in report.problems if problem.kind is ProblemKind.ORPHAN),
        key=lambda problem: (problem.agency_id or 0, problem.name),
    )
    for agency_id, group in groupby(orphans, key=lambda problem: problem.agency_id):
        report.removed += _remove([problem.name for problem in group], agency_id, actor)
    for problem in report.problems:
        if problem.kind is ProblemKind.INCOMING:
            (store.incoming_folder() / problem.name).unlink(missing_ok=True)
            report.removed.append(problem.name)
    gone = set(report.removed)
    report.problems = [problem for problem in report.problems if problem.name not in gone]
    return report


@transaction.atomic
def _remove(names: list[str], agency_id: int | None, actor: Actor) -> list[str]:
    agency = Agency.objects.select_for_update(no_key=True).filter(pk=agency_id or 0).first()
    held = {file.name for file in expected_files()}
    removed = [name for name in names if name not in held]
    for name in removed:
        store.remove_files(name)
    if removed:
        record(
            "evidence.orphans_removed",
            agency or "storage",
            actor=actor,
            agency_id=agency.pk if agency else None,
            changes={"files": [removed, None]},
        )
    return removed
