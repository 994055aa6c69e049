"""Where the bytes lie: content-addressed, written once, in Django's default storage.

blobs/<agency>/<first two of the hash>/<hash>     what was sent in
derived/<agency>/<first two>/<hash>/<name>        what the page shows of it; may be removed at any time
incoming/                                         being received; local, never handed out
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage, storages

from .models import Blob

DERIVED_VERSION = "1"


def blob_name(agency_id: int, sha256: str) -> str:
    """Name of a file in the storage."""
    return f"blobs/{agency_id}/{sha256[:2]}/{sha256}"


def derived_name(blob: Blob, name: str) -> str:
    """Name of something made from a blob."""
    return f"derived/{blob.agency_id}/{blob.sha256[:2]}/{blob.sha256}/{DERIVED_VERSION}-{name}"


class _Moved(File):  # type: ignore[type-arg]  # not generic when it runs
    """A finished local file that a local storage takes over by renaming it: whole or not at all."""

    def temporary_file_path(self) -> str:
        return str(self.name)


def _is_local() -> bool:
    return isinstance(storages["default"], FileSystemStorage)


def incoming_folder() -> Path:
    """Folder for files being received: beside the storage when that is local, so that renaming works."""
    if _is_local():
        folder = Path(default_storage.path("incoming"))
    else:
        folder = Path(tempfile.gettempdir()) / "sipinter-incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def incoming() -> Iterator[IO[bytes]]:
    """A new local file to write into; gone at the end unless it was put into the storage."""
    with tempfile.NamedTemporaryFile(dir=incoming_folder(), delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def path_of(file: IO[bytes]) -> Path:
    """Path of a file made by `incoming`, with everything written so far in it."""
    file.flush()
    return Path(str(file.name))


def put(name: str, local: Path) -> bool:
    """Move the finished file `local` into the storage as `name`, once; False when it was there already."""
    if default_storage.exists(name):
        return False
    descriptor = os.open(local, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    with local.open("rb") as source:
        saved = default_storage.save(name, _Moved(source, name=str(local)))
    if saved != name:  # somebody else was quicker with the same content
        default_storage.delete(saved)
        return False
    return True


def put_bytes(name: str, content: bytes) -> None:
    """Store something derived, once."""
    with incoming() as file:
        file.write(content)
        put(name, path_of(file))


def get_bytes(name: str) -> bytes | None:
    """What is stored as `name`; None when nothing is."""
    try:
        with default_storage.open(name) as file:
            file.seek(0)
            return bytes(file.read())
    except FileNotFoundError:
        return None


@contextmanager
def local_path(blob: Blob) -> Iterator[Path]:
    """The blob as a local file: its own where the storage is local, else a copy for the time.

    FileNotFoundError when the storage has lost it.
    """
    if _is_local():
        path = Path(default_storage.path(blob.path))
        path.stat()
        yield path
        return
    with incoming() as file:
        with default_storage.open(blob.path) as source:
            source.seek(0)  # not every storage opens at the start
            shutil.copyfileobj(source, file)
        yield path_of(file)
