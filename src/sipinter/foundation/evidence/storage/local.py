"""Evidence in a local folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.core.files.storage import FileSystemStorage

from ..receiving.refusals import storage_error
from .base import CHUNK, StorageEntry


class _Stretch:
    """Part of an open file."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self.file, self.left = file, length
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self.left and (chunk := self.file.read(min(CHUNK, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()


@contextmanager
def _working() -> Iterator[None]:
    """A full, read-only or vanished disk becomes NotAnswering."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError as error:
        raise storage_error(error) from error


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class LocalStorage(FileSystemStorage):
    """See `base.EvidenceStorage`. Names are links to finished files: a name is there whole or not at all."""

    def put_once(self, name: str, local: Path, sha256: str) -> bool:
        target = Path(self.path(name))
        with _working():
            _flush(local)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(local, target)
            except FileExistsError:
                return False
            _flush(target.parent)
        return True

    def stretch(self, name: str, start: int, length: int | None) -> _Stretch:
        with _working():
            path = Path(self.path(name))
            return _Stretch(path.open("rb"), start, path.stat().st_size if length is None else length)

    def size_of(self, name: str) -> int | None:
        with _working(), suppress(FileNotFoundError):
            return Path(self.path(name)).stat().st_size
        return None

    def remove(self, *names: str) -> None:
        with _working():
            for name in names:
                Path(self.path(name)).unlink(missing_ok=True)

    def walk(self, prefix: str) -> Iterator[StorageEntry]:
        root = Path(self.path(""))
        for path in sorted((root / prefix).rglob("*")):
            with suppress(FileNotFoundError):
                if path.is_file():
                    status = path.stat()
                    written = datetime.fromtimestamp(status.st_mtime, UTC)
                    yield StorageEntry(path.relative_to(root).as_posix(), status.st_size, written)
